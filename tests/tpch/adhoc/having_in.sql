-- Brands of which many suppliers have little, and their cheapest offer
select p_brand, count(distinct ps_suppkey) as suppliers, min(ps_supplycost) as cheapest
from part, partsupp
where p_partkey = ps_partkey
    and ps_availqty < 100
    and p_type in (select p_type from part group by p_type having avg(p_size) > 25)
group by p_brand
having count(distinct ps_suppkey) >= 3
order by suppliers desc, p_brand
