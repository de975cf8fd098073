-- Returned item reporting
-- Unlike the official text: groups by the customer's number, on which the other columns depend
select
    c_custkey,
    c_name,
    revenue,
    c_acctbal,
    n_name,
    c_address,
    c_phone,
    c_comment
from customer, nation, (
    select o_custkey, sum(l_extendedprice * (1 - l_discount)) as revenue
    from orders, lineitem
    where l_orderkey = o_orderkey
        and o_orderdate >= date '1993-10-01'
        and o_orderdate < date '1993-10-01' + interval '3' month
        and l_returnflag = 'R'
    group by o_custkey
) as totals
where c_custkey = o_custkey and c_nationkey = n_nationkey
order by revenue desc
limit 20
