-- Each supplier's part of the balance of its nation
select s_name, s_nationkey, s_acctbal / sum(s_acctbal) over (partition by s_nationkey) as share,
    s_acctbal - avg(s_acctbal) over () as above
from supplier
order by s_suppkey
