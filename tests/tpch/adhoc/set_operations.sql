-- Parts that are sold but not returned, and cheap
select l_partkey as partkey from lineitem where l_linestatus = 'F' and l_quantity < 3
except
select l_partkey from lineitem where l_returnflag = 'R'
intersect
select ps_partkey from partsupp where ps_supplycost < 700
order by partkey
