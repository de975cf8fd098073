-- Nations that customers or suppliers of the machinery segment come from
select distinct n_name
from nation
where n_nationkey in (
    select c_nationkey from customer where c_mktsegment = 'MACHINERY'
    union
    select s_nationkey from supplier where s_acctbal > 9000
)
order by n_name
