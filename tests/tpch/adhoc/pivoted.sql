-- Quantities by ship mode, side by side
select l_linestatus,
    sum(case when l_shipmode = 'AIR' then l_quantity end) as air,
    sum(case when l_shipmode = 'RAIL' then l_quantity end) as rail
from lineitem
where l_shipmode in ('AIR', 'RAIL') and l_tax > 0.02
group by l_linestatus
order by l_linestatus
