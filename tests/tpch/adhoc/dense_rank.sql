-- The two largest orders of each clerk, ties included
select o_clerk, o_orderkey, o_totalprice, place
from (
    select o_clerk, o_orderkey, o_totalprice,
        dense_rank() over (partition by o_clerk order by o_totalprice desc) as place
    from orders
) as ranked
where place <= 2
order by o_clerk, place, o_orderkey
