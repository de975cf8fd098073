-- Each region beside the number of nations and the mean per region
select r_name, nations, nations / total as share
from (select r_name, count(*) as nations from region, nation where r_regionkey = n_regionkey group by r_name) as per
cross join (select count(*) as total from nation) as every
order by r_name
