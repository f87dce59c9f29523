-- Series and files of every type, to be checked by eye.
--
-- lab/series          experiment  parent           own steps of log/out
-- SER-1 one-1         one         -                0 1 2 3
-- SER-2 one-2         one   head  SER-1 at step 1  2 3 4
-- SER-3 two-1         two   head  SER-2 at step 3  4
-- SER-4 loose         (none)      -                0, then two previews
-- SER-5 twin          two-types   -                same paths, other types
-- lab/other holds one run with log/out of its own.

INSERT INTO project(project_id, uuid, workspace, name, key) VALUES
  (1, 'bbbbbbbb-0000-4000-a000-000000000001', 'lab', 'series', 'SER'),
  (2, 'bbbbbbbb-0000-4000-a000-000000000002', 'lab', 'other', 'OTH');

INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  parent, fork_step, creation_time, modification_time, ping_time, owner)
SELECT column1, column2, column3,
  printf('bbbbbbbb-1111-4000-a000-%012d', column1), column4, column5, column6,
  column7, 1767225600000 + column1, 1767225600000, 1767225600000, 'ann'
FROM (VALUES
  (1, 1, 1, 'one-1', 'one', NULL, NULL),
  (2, 1, 2, 'one-2', 'one', 1, 1),
  (3, 1, 3, 'two-1', 'two', 2, 3),
  (4, 1, 4, 'loose', NULL, NULL, NULL),
  (5, 1, 5, 'twin', 'two-types', NULL, NULL),
  (11, 2, 1, 'one-1', 'one', NULL, NULL));

INSERT INTO attribute(attribute_id, run_id, path, type, value) VALUES
  (101, 1, 'log/out', 'string_series', NULL),
  (102, 2, 'log/out', 'string_series', NULL),
  (103, 3, 'log/out', 'string_series', NULL),
  (104, 4, 'log/out', 'string_series', NULL),
  (105, 5, 'log/out', 'histogram_series', NULL),
  (111, 11, 'log/out', 'string_series', NULL),
  (121, 1, 'log/err', 'string_series', NULL),
  (124, 4, 'log/err', 'string_series', NULL),
  (201, 1, 'weights', 'histogram_series', NULL),
  (202, 2, 'weights', 'histogram_series', NULL),
  (204, 4, 'weights', 'histogram_series', NULL),
  (205, 5, 'weights', 'file_series', NULL),
  (301, 1, 'shots', 'file_series', NULL),
  (302, 2, 'shots', 'file_series', NULL),
  (305, 5, 'shots', 'string_series', NULL),
  (401, 1, 'data/model', 'file',
   '{"path":"one-1/model.bin","size_bytes":12,"mime_type":"application/x-m"}'),
  (402, 1, 'data/notes', 'file',
   '{"path":"one-1/a \"b\" é.txt","size_bytes":0,"mime_type":"text/plain"}'),
  (403, 2, 'data/model', 'file',
   '{"path":"one-2/model.bin","size_bytes":5000000000,"mime_type":""}'),
  (411, 11, 'data/model', 'file',
   '{"path":"m","size_bytes":1,"mime_type":"application/x-m"}'),
  (501, 1, 'loss', 'float_series', NULL),
  (502, 2, 'loss', 'float_series', NULL),
  (503, 1, 'config/lr', 'float', 0.5);

-- Points one second apart, from 2026-01-10 on; SER-4 ends in previews.
CREATE TEMP TABLE point(attribute_id, step, value);
INSERT INTO temp.point VALUES
  (101, 0, 'start'), (101, 1, ''), (101, 2, 'lost'), (101, 3, 'lost too'),
  (102, 2, 'grown "up" \'), (102, 3, 'two
lines'), (102, 4, 'é 😀'),
  (103, 4, 'end'), (104, 0, 'alone'), (104, 0.5, 'soon'), (104, 1, 'maybe'),
  (111, 7, 'elsewhere'), (121, 0.333333, 'oops'), (121, 2, 'late'),
  (124, 5, 'err'), (305, 0, 'no file');
INSERT INTO string_point(attribute_id, step, timestamp, value, is_preview,
  completion)
SELECT attribute_id, step, 1768003200000 + CAST(step * 1000 AS INTEGER), value,
  attribute_id = 104 AND step > 0,
  CASE WHEN attribute_id = 104 AND step > 0 THEN step / 4.0 ELSE 1 END
FROM temp.point;
DELETE FROM temp.point;

INSERT INTO temp.point VALUES
  (201, 0, '{"type":"COUNTING","edges":[0,0.5,1],"values":[3,0]}'),
  (201, 1, '{"type":"COUNTING","edges":[-1,1e300],"values":[7]}'),
  (201, 2, '{"type":"COUNTING","edges":[0,1],"values":[9007199254740993]}'),
  (202, 5, '{"type":"DENSITY","edges":[0,1,2,4],"values":[0.1,0.2,0.35]}'),
  (204, 0, '{"type":"COUNTING","edges":[0,1],"values":[1]}'),
  (105, 0, '{"type":"COUNTING","edges":[5,6],"values":[2]}');
INSERT INTO histogram_point(attribute_id, step, timestamp, value)
SELECT attribute_id, step, 1768003200000 + CAST(step * 1000 AS INTEGER), value
FROM temp.point;
DELETE FROM temp.point;

INSERT INTO temp.point VALUES
  (301, 0, '{"path":"s/0.png","size_bytes":10,"mime_type":"image/png"}'),
  (301, 1, '{"path":"s/1.png","size_bytes":0,"mime_type":"image/png"}'),
  (302, 4, '{"path":"s/4.jpg","size_bytes":99,"mime_type":"image/jpeg"}'),
  (205, 0, '{"path":"w","size_bytes":1,"mime_type":""}');
INSERT INTO file_point(attribute_id, step, timestamp, value)
SELECT attribute_id, step, 1768003200000 + CAST(step * 1000 AS INTEGER), value
FROM temp.point;
DROP TABLE temp.point;

INSERT INTO float_point(attribute_id, step, timestamp, value) VALUES
  (501, 0, 1768003200000, 2), (501, 1, 1768003201000, 1),
  (501, 2, 1768003202000, 9), (502, 2, 1768003202000, 0.5),
  (502, 3, 1768003203000, 0.25);
