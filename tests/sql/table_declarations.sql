-- table_declarations: declared types, hidden columns and primary keys
--@ offline

SELECT name, type, hidden, pk FROM pragma_table_xinfo('experiments');

-- runs has the same columns as experiments.
SELECT name, type, hidden, pk FROM pragma_table_xinfo('runs')
EXCEPT SELECT name, type, hidden, pk FROM pragma_table_xinfo('experiments');

SELECT name, type, hidden, pk FROM pragma_table_xinfo('attributes');

SELECT name, type, hidden, pk FROM pragma_table_xinfo('metric_points');

SELECT name, type, hidden, pk FROM pragma_table_xinfo('metric_buckets');

SELECT name, type, hidden, pk FROM pragma_table_xinfo('neptune_requests');
