-- Average of the last three days' totals
with days as (
    select o_orderdate as day, sum(o_totalprice) as total from orders where o_orderdate < date '1992-06-01'
    group by o_orderdate
)
select day, total, avg(total) over (order by day rows between 2 preceding and current row) as smooth
from days
order by day
