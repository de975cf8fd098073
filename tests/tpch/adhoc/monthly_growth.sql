-- Revenue of each month and its growth
with monthly as (
    select date_trunc('month', o_orderdate) as month, sum(o_totalprice) as revenue
    from orders
    group by date_trunc('month', o_orderdate)
)
select month, revenue, revenue / lag(revenue) over (order by month) - 1 as growth
from monthly
order by month
