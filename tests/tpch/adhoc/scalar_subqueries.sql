-- Nations' best balance beside the best of all
select n_name, best, (select max(s_acctbal) from supplier) as best_of_all
from nation
left join (
    select s_nationkey, max(s_acctbal) as best from supplier group by s_nationkey
) as per on s_nationkey = n_nationkey
where n_regionkey = (select r_regionkey from region where r_name = 'AFRICA')
order by n_name
