-- Counts with conditions of their own
select o_orderpriority, count(*) filter (where o_totalprice > 100000) as dear,
    sum(if(o_orderstatus = 'F', o_totalprice, 0)) as finished, max(o_orderdate) as last_day
from orders
group by o_orderpriority
order by o_orderpriority
