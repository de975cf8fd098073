-- Pairs of suppliers of one nation
select a.s_name as one, b.s_name as other, a.s_acctbal + b.s_acctbal as together
from supplier a join supplier b on a.s_nationkey = b.s_nationkey and a.s_suppkey < b.s_suppkey
where a.s_acctbal > 5000
order by one, other
