-- Balances of customers and suppliers under each other
select role, nation, sum(balance) as balance, count(*) as people
from (
    select 'customer' as role, c_nationkey as nation, c_acctbal as balance from customer where c_acctbal < 0
    union all
    select 'supplier' as role, s_nationkey as nation, s_acctbal as balance from supplier
) as people
group by role, nation
order by role, nation
