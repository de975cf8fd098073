-- The first order of each customer, and days since
select o_custkey, o_orderkey,
    first_value(o_orderkey) over (partition by o_custkey order by o_orderdate, o_orderkey) as first_order,
    o_orderdate - min(o_orderdate) over (partition by o_custkey) as days
from orders
where o_orderpriority = '1-URGENT'
order by o_custkey, o_orderdate, o_orderkey
