-- Parts and how many of them are on their way, also those that aren't
select p_partkey, p_name, coalesce(sum(l_quantity), 0) as quantity, coalesce(max(l_shipmode), 'NONE') as mode
from part left join lineitem on p_partkey = l_partkey and l_shipinstruct = 'NONE' and l_discount > 0.09
where p_size > 45
group by p_partkey, p_name
order by quantity desc, p_partkey
limit 50
