-- What the README says is sent, a line per form: tests/pushdown_table.py runs
-- each on the sample project. "## title" begins a table, the next line is what
-- stands before the conditions below it. A line of SELECT stands for itself.
CREATE VIRTUAL TABLE temp.sweep USING experiments(
  lr FLOAT 'config/lr', layers INT 'config/hidden_layers', optimizer STRING 'config/optimizer',
  augment BOOL 'config/augment', snapshot DATETIME 'config/data_snapshot', features STRING_SET 'config/features',
  val_acc FLOAT_SERIES 'metrics/val/acc', best_acc MAX 'metrics/val/acc', epochs LAST_STEP 'metrics/val/acc',
  remark STRING_SERIES 'log', report FILE 'results/report');

## Text of `experiments` and `runs`: experiment, run_id, sys_id, owner, description, state
SELECT sys_id FROM experiments WHERE
owner = 'amara'
owner = 5
owner = 'amara' COLLATE NOCASE
owner > 'amara'
owner <> 'amara'
owner IS 'amara'
owner IS NOT 'amara'
experiment IS NULL
description IS NOT NULL
experiment IN ('final-edges', 'final-wide')
run_id IN (SELECT run_id FROM runs WHERE owner = 'chen-li' AND failed = 0)
experiment NOT IN ('final-edges', 'final-wide')
experiment LIKE 'final%'
experiment NOT LIKE 'final%'
experiment LIKE '10!%' ESCAPE '!'
experiment GLOB 'grid-*-h[0-9]*'
experiment REGEXP '^grid-'
neptune_contains(experiment, 'edges')
NOT neptune_contains(experiment, 'edges')
length(experiment) > 10
owner = 'amara' OR owner = 'dora'
owner = 'amara' OR failed = 1
state = 'active'
state <> 'active'

## Times, numbers and booleans of `experiments` and `runs`
SELECT sys_id FROM experiments WHERE
creation_time >= '2026-02-10'
creation_time > datetime('2026-02-10 12:00', '-1 day')
creation_time BETWEEN '2026-02-10' AND '2026-02-12'
creation_time = '2026-02-13 13:10:00.333'
creation_time = 'yesterday'
date(creation_time) = '2026-02-13'
ping_time IS NOT NULL
running_time_seconds > 60
running_time_seconds = '60'
running_time_seconds <> 60
fork_step IS NULL
fork_step IS NOT NULL
failed = 1
failed <> 1
archived = 0
parent_run_id = 'curriculum-1'
neptune_has(tags, 'final')
neptune_contains(tags, 'fin')
tags LIKE '%"final"%'

## Declared columns, here of a table `sweep`
SELECT sys_id FROM sweep WHERE
lr < 0.01
lr IN (0.01, 0.001)
lr <> 0.01
lr IS NOT 0.01
lr IS NULL
lr IS NOT NULL
lr = 9e999
layers = 2
layers > 1.5
layers = 9007199254740993
layers IS NOT 2
layers IS NULL
optimizer = 'adam'
optimizer LIKE 'a%'
optimizer IS NULL
augment = 1
augment IS NOT NULL
snapshot < '2026-02-09'
features IS NOT NULL
neptune_has(features, 'pixels')
features = '["pixels"]'
best_acc > 0.96
val_acc BETWEEN 0.9 AND 0.95
val_acc <> 0.9
val_acc IS NULL
epochs > 30
remark LIKE '%diverged%'
neptune_contains(remark, 'diverged')
remark IS NOT NULL
report IS NULL

## `attributes`
SELECT value FROM attributes WHERE
attribute = 'config/lr'
attribute IN ('config/lr', 'config/optimizer')
attribute REGEXP '^config/l'
attribute LIKE 'config/l%'
attribute GLOB 'config/l*'
neptune_contains(attribute, 'fig/l')
attribute <> 'config/lr'
attribute > 'x'
type = 'float'
type IN ('float', 'int')
type <> 'float'
experiment = 'final-edges' AND attribute = 'config/lr'
attribute = 'config/lr' AND type = 'float' AND value < 0.01
attribute = 'config/optimizer' AND type = 'string' AND value LIKE 'a%'
attribute = 'config/lr' AND value < 0.01
max > 0.96

## `metric_points`; `string_points`, `histogram_points` and `file_points` alike
SELECT value FROM metric_points WHERE
attribute = 'metrics/val/acc'
attribute IN ('metrics/val/acc', 'metrics/val/loss')
attribute REGEXP '^metrics/val/'
attribute LIKE 'metrics/val/%'
run_id = 'curriculum-2' AND attribute = 'metrics/val/acc'
attribute = 'metrics/val/acc' AND step = 3
attribute = 'metrics/val/acc' AND step >= 3
attribute = 'metrics/val/acc' AND step > 3 AND step < 6
attribute = 'metrics/val/acc' AND step IN (3, 4)
attribute = 'metrics/val/acc' AND tail = 1
attribute = 'metrics/val/acc' AND lineage = 'run'
attribute = 'metrics/val/acc' AND value > 0.9
attribute = 'metrics/val/acc' AND timestamp > '2026-02-10'

## `metric_buckets`
SELECT max FROM metric_buckets WHERE
attribute = 'metrics/val/acc' AND x_from = 0 AND x_to = 40
attribute IN ('metrics/val/acc', 'metrics/val/loss') AND x_from = 0 AND x_to = 40 AND buckets = 10
attribute = 'metrics/val/acc' AND experiment LIKE 'spot%'
run_id = 'curriculum-2' AND attribute = 'metrics/val/acc' AND x_axis = 'time'
run_id = 'curriculum-2' AND attribute = 'metrics/val/acc' AND finite_count > 1

## Inputs and projects
SELECT sys_id FROM runs WHERE
project = 'demo/digits'
project IN ('demo/digits', 'demo/sketches')
project <> 'demo/digits'
nql = '`sys/tags`:stringSet CONTAINS "final"'

## Order, limits and aggregates
SELECT experiment FROM experiments LIMIT 10
SELECT experiment FROM experiments WHERE owner = 'amara' LIMIT 10 OFFSET 5
SELECT experiment FROM experiments WHERE owner <> 'amara' LIMIT 10
SELECT experiment FROM experiments ORDER BY creation_time DESC LIMIT 10
SELECT experiment FROM sweep WHERE best_acc > 0.9 ORDER BY creation_time DESC LIMIT 10
SELECT experiment FROM sweep WHERE best_acc > 0.9 ORDER BY best_acc DESC LIMIT 10
SELECT experiment FROM sweep ORDER BY best_acc DESC LIMIT 10
SELECT experiment FROM sweep ORDER BY best_acc DESC LIMIT 1000
SELECT experiment FROM sweep ORDER BY layers
SELECT experiment FROM experiments ORDER BY owner LIMIT 10
SELECT count(*) FROM experiments
SELECT count(*) FROM experiments WHERE owner = 'amara'
SELECT max(running_time_seconds) FROM experiments
SELECT DISTINCT owner FROM experiments
SELECT DISTINCT attribute, type FROM attributes
SELECT DISTINCT attribute FROM attributes WHERE run_id = 'curriculum-2' AND type = 'float_series'
SELECT DISTINCT type FROM attributes WHERE run_id IN ('curriculum-2', 'curriculum-3')
SELECT value FROM metric_points WHERE run_id = 'curriculum-2' AND attribute = 'metrics/val/acc' ORDER BY step DESC LIMIT 5
