-- Balances by nation and segment, one row each
select n_name, c_mktsegment, sum(c_acctbal) as balance
from customer, nation
where c_nationkey = n_nationkey and n_regionkey = 2
group by n_name, c_mktsegment
order by n_name, c_mktsegment
