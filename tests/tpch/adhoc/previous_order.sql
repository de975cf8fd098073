-- How much more than the last time a customer ordered
select o_custkey, o_orderdate,
    o_totalprice - lag(o_totalprice) over (partition by o_custkey order by o_orderdate, o_orderkey) as more,
    lead(o_orderdate) over (partition by o_custkey order by o_orderdate, o_orderkey) as next_date
from orders
order by o_custkey, o_orderdate, o_orderkey
