-- The three richest customers of each nation
select n_name, c_name, c_acctbal
from (
    select n_name, c_name, c_acctbal,
        row_number() over (partition by n_name order by c_acctbal desc, c_custkey) as place
    from customer join nation on c_nationkey = n_nationkey
) as ranked
where place <= 3
order by n_name, c_acctbal desc
