-- Nations' customers and suppliers, also of nations that have only one of them
select coalesce(c.nation, s.nation) as nation, customers, suppliers
from (select c_nationkey as nation, count(*) as customers from customer where c_acctbal > 9500 group by c_nationkey) as c
full outer join (
    select s_nationkey as nation, count(*) as suppliers from supplier where s_acctbal > 7000 group by s_nationkey
) as s on c.nation = s.nation
order by nation
