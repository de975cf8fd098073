-- Texts taken apart and put together
select upper(c_name) || '/' || substring(c_phone, 1, 2) as tag, length(c_address) as long,
    cast(substring(c_name, 10) as integer) as number, c_comment like '%final%' as is_final
from customer
where c_mktsegment = 'BUILDING' and lower(c_address) like 'a%'
order by number
