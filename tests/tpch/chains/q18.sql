-- Large volume customer
-- Unlike the official text: groups by the order's number, on which the other columns depend
select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum_qty
from customer, orders, (
    select l_orderkey, sum(l_quantity) as sum_qty
    from lineitem
    where l_orderkey in (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 300)
    group by l_orderkey
) as large
where c_custkey = o_custkey and o_orderkey = l_orderkey
order by o_totalprice desc, o_orderdate
limit 100
