-- A small laboratory whose values can be checked by eye: the default project
-- lab/vision (VIS), lab/speech (SPE, its run_ids and names partly the same)
-- and lab/empty (EMP, no runs).
--
-- lab/vision          experiment  parent            own steps of loss
-- VIS-1 alpha-1       alpha       -                 0 1 2 3
-- VIS-2 alpha-2       alpha head  VIS-1 at step 2   3 4 5
-- VIS-3 beta/1        beta  head  VIS-2 at step 4   5 6
-- VIS-4 Gamma-1       Gamma head  -                 0 1 2 3, none is finite
-- VIS-5 loose         (none)      -                 0, then two previews
-- VIS-6 delta-1       delta head  VIS-4 at step 0   nothing is logged

INSERT INTO project(project_id, uuid, workspace, name, key) VALUES
  (1, 'aaaaaaaa-0000-4000-a000-000000000001', 'lab', 'vision', 'VIS'),
  (2, 'aaaaaaaa-0000-4000-a000-000000000002', 'lab', 'speech', 'SPE'),
  (3, 'aaaaaaaa-0000-4000-a000-000000000003', 'lab', 'empty', 'EMP');

CREATE TEMP TABLE line(number, run_id, experiment, parent, fork_step,
  created, modified, ping, owner, description, state, tags, group_tags,
  failed, archived, seconds, size);
INSERT INTO temp.line VALUES
  (1, 'alpha-1', 'alpha', NULL, NULL, '2026-01-01 00:00:00.000',
   '2026-01-01 00:01:00.000', '2026-01-01 00:01:00.001', 'ann', 'first',
   'inactive', '["b","a","é"]', '["night"]', 1, 0, 60, 100),
  (2, 'alpha-2', 'alpha', 1, 2, '2026-01-02 00:00:00.500',
   '2026-01-02 00:00:30.750', '2026-01-02 00:00:31.000', 'ann',
   'Grown', 'inactive', '["a"]', NULL, 0, 0, 30.25, 2000),
  (3, 'beta/1', 'beta', 2, 4, '2026-01-02 00:00:00.501',
   '2026-01-03 00:00:00.000', '2026-01-03 00:00:00.000', 'bob',
   'It''s "quoted" \ and
broken', 'active', '[]', '["night","day"]', 0, 0, 86399.499, NULL),
  (4, 'Gamma-1', 'Gamma', NULL, NULL, '2026-01-03 12:00:00.000',
   '2026-01-03 12:00:00.000', '2026-01-03 12:00:00.000', 'Ann', '',
   'inactive', '["x y","\"q\""]', '[]', 1, 1, 0, NULL),
  (5, 'loose', NULL, NULL, NULL, '2026-01-03 12:00:00.000',
   '2026-02-01 00:00:00.999', '2026-12-31 23:59:59.999', 'bob', '12',
   'active', '[]', NULL, 0, 0, 0.125, NULL),
  (6, 'delta-1', 'delta', 4, 0, '1999-12-31 23:59:59.999',
   '2000-01-01 00:00:00.000', '2000-01-01 00:00:00.000', 'zoë', '',
   'inactive', '[]', NULL, 0, 0, 1e-9, NULL);
INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  parent, fork_step, creation_time, modification_time, ping_time, owner,
  description, state, tags, group_tags, failed, archived,
  running_time_seconds, size)
SELECT number, 1, number,
  printf('aaaaaaaa-1111-4000-a000-%012d', number), run_id, experiment,
  parent, fork_step,
  unixepoch(created) * 1000 + CAST(substr(created, 21) AS INTEGER),
  unixepoch(modified) * 1000 + CAST(substr(modified, 21) AS INTEGER),
  unixepoch(ping) * 1000 + CAST(substr(ping, 21) AS INTEGER),
  owner, description, state, tags, group_tags, failed, archived, seconds, size
FROM temp.line;
DROP TABLE temp.line;

-- lab/speech: two experiments, one of them called alpha as well.
INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  creation_time, modification_time, ping_time, owner) VALUES
  (11, 2, 1, 'aaaaaaaa-2222-4000-a000-000000000001', 'alpha-1', 'alpha',
   1767225600000, 1767225600000, 1767225600000, 'cyd'),
  (12, 2, 2, 'aaaaaaaa-2222-4000-a000-000000000002', 'wave-1', 'wave',
   1767225601000, 1767225601000, 1767225601000, 'ann');

-- One value of every type in VIS-1; config/seed has two types.
INSERT INTO attribute(run_id, path, type, value) VALUES
  (1, 'config/lr', 'float', 0.1),
  (1, 'config/epochs', 'int', 9007199254740993),
  (1, 'config/optimizer', 'string', 'adam'),
  (1, 'config/augment', 'bool', 1),
  (1, 'config/started', 'datetime', 1767225600001),
  (1, 'config/classes', 'string_set', '["dog","cat","dog"]'),
  (1, 'config/seed', 'int', 7),
  (1, 'data/model', 'file',
   '{"path":"m/1.bin","size_bytes":12,"mime_type":"application/octet-stream"}'),
  (2, 'config/lr', 'float', 0.01),
  (2, 'config/seed', 'string', '7'),
  (2, 'config/augment', 'bool', 0),
  (2, 'config/a "b" \c', 'string', 'x"y\z'),
  (2, 'config/a`b', 'int', -1),
  (3, 'config/lr', 'float', NULL),
  (3, 'config/optimizer', 'string', ''),
  (4, 'config/lr', 'float', 9e999),
  (4, 'config/optimizer', 'string', 'Adam'),
  (5, 'config/lr', 'float', -9e999),
  (11, 'config/lr', 'float', 0.1),
  (11, 'config/optimizer', 'string', 'adam');

INSERT INTO attribute(attribute_id, run_id, path, type) VALUES
  (101, 1, 'loss', 'float_series'), (102, 2, 'loss', 'float_series'),
  (103, 3, 'loss', 'float_series'), (104, 4, 'loss', 'float_series'),
  (105, 5, 'loss', 'float_series'), (111, 11, 'loss', 'float_series'),
  (112, 12, 'loss', 'float_series'),
  (202, 2, 'acc', 'float_series'), (203, 3, 'acc', 'float_series'),
  (204, 4, 'acc', 'float_series');

-- Points one second apart, from 2026-01-10 on; VIS-5 ends in previews.
CREATE TEMP TABLE point(attribute_id, step, value);
INSERT INTO temp.point VALUES
  (101, 0, 8), (101, 1, 4), (101, 2, 2), (101, 3, 100),
  (102, 3, 1), (102, 4, 0.5), (102, 5, 99),
  (103, 5, 0.25), (103, 6, 0.125),
  (104, 0, NULL), (104, 1, 9e999), (104, 2, -9e999), (104, 3, NULL),
  (105, 0, 3), (105, 1, 2.5), (105, 2, 2),
  (111, 0, 0), (111, 1, -1), (112, 0.5, 1),
  (202, 3, 0.5), (202, 3.333333, 0.75), (202, 4.5, 0.875),
  (203, 5, 1), (204, 0, 0);
INSERT INTO float_point(attribute_id, step, timestamp, value, is_preview,
  completion)
SELECT attribute_id, step, 1768003200000 + CAST(step * 1000 AS INTEGER), value,
  attribute_id = 105 AND step > 0,
  CASE WHEN attribute_id = 105 AND step > 0 THEN step / 4.0 ELSE 1 END
FROM temp.point;
DROP TABLE temp.point;
