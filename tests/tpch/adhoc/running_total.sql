-- What each customer has spent so far
select o_custkey, o_orderkey, o_orderdate,
    sum(o_totalprice) over (
        partition by o_custkey order by o_orderdate, o_orderkey rows unbounded preceding
    ) as spent,
    row_number() over (partition by o_custkey order by o_orderdate, o_orderkey) as number
from orders
where o_orderstatus = 'F'
order by o_custkey, o_orderdate, o_orderkey
