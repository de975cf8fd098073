-- Orders by price band
select band, count(*) as n, avg(o_totalprice) as mean, min(o_orderdate) as first_day
from (
    select o_totalprice, o_orderdate,
        case when o_totalprice < 50000 then 'low' when o_totalprice < 200000 then 'middle' else 'high' end as band
    from orders
) as banded
group by band
order by band
