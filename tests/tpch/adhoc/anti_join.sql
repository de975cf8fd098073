-- Customers of a segment without orders, and their nation
select c_name, (select n_name from nation where n_nationkey = c_nationkey) as n_name
from customer
where c_mktsegment = 'FURNITURE'
    and not exists (select 1 from orders where o_custkey = c_custkey and o_totalprice > 1000)
order by c_name
