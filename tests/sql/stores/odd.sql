-- Attributes whose names and types need care: project odd/names (ODD). All
-- runs are experiments.
--
--        of every type    what the others have
-- ODD-1  yes              small, common values
-- ODD-2  yes              extreme values; conflict is a string
-- ODD-3  few              what is not a number; conflict is a float
-- ODD-4  none             conflict is a float
-- ODD-5  odd names        each with a value of its own
-- ODD-6  none             archived; one attribute of a name of 1000 characters

INSERT INTO project(project_id, uuid, workspace, name, key) VALUES
  (1, 'cccccccc-0000-4000-a000-000000000001', 'odd', 'names', 'ODD'),
  (2, 'cccccccc-0000-4000-a000-000000000002', 'odd', 'empty', 'NIL');

INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  creation_time, modification_time, ping_time, owner, archived)
SELECT value, 1, value, printf('cccccccc-1111-4000-a000-%012d', value),
  'run-' || value, 'odd-' || value, 1767225600000 + value * 1000,
  1767225600000, 1767225600000, 'ann', value = 6
FROM generate_series(1, 6);

INSERT INTO attribute(run_id, path, type, value) VALUES
  (1, 'a/float', 'float', 0.5),
  (1, 'a/int', 'int', 5),
  (1, 'a/string', 'string', 'plain'),
  (1, 'a/bool', 'bool', 1),
  (1, 'a/datetime', 'datetime', 1767225600001),
  (1, 'a/string_set', 'string_set', '["b","a"]'),
  (1, 'a/file', 'file',
   '{"path":"m/1.bin","size_bytes":12,"mime_type":"text/plain"}'),
  (2, 'a/float', 'float', -9e999),
  (2, 'a/int', 'int', 9007199254740993),
  (2, 'a/string', 'string', 'é"\`''
b'),
  (2, 'a/bool', 'bool', 0),
  (2, 'a/datetime', 'datetime', -62135596800000),
  (2, 'a/string_set', 'string_set', '[]'),
  (2, 'a/file', 'file',
   '{"path":"","size_bytes":0,"mime_type":""}'),
  (3, 'a/float', 'float', NULL),
  (3, 'a/int', 'int', -9007199254740993),
  (3, 'a/string', 'string', ''),
  (1, 'conflict', 'int', 7),
  (2, 'conflict', 'string', '7'),
  (3, 'conflict', 'float', 7.5),
  (4, 'conflict', 'float', 7.0),
  -- Values of one text; a server indexes its first 1000 characters.
  (4, 'a/string', 'string', printf('%.*c', 1200, 'x')),
  (5, 'with space', 'int', 1),
  (5, 'it''s', 'int', 2),
  (5, 'say "hi"', 'int', 3),
  (5, 'back`quote', 'int', 4),
  (5, 'back\slash', 'int', 5),
  (5, '[brackets]', 'int', 6),
  (5, 'a, b) -- c /* d', 'int', 7),
  (5, 'line
feed	tab', 'int', 8),
  (5, 'größe/长さ', 'int', 9),
  (5, 'select', 'int', 10),
  (5, '100%', 'int', 11),
  (5, 'a = ''b''', 'int', 12),
  (5, 'case/name', 'int', 13),
  (5, 'case/Name', 'int', 14),
  (5, 'CASE/NAME', 'int', 15),
  (5, 'owner', 'int', 16),
  (5, 'nql', 'string', 'not a query'),
  (5, ' | columns ?1', 'int', 17),
  (6, printf('%.*c', 1000, 'n'), 'int', 18);

INSERT INTO attribute(attribute_id, run_id, path, type) VALUES
  (101, 1, 'm/float', 'float_series'), (102, 2, 'm/float', 'float_series'),
  (103, 3, 'm/float', 'float_series'), (104, 4, 'm/float', 'float_series'),
  (111, 1, 'm/string', 'string_series'), (112, 2, 'm/string', 'string_series'),
  (113, 3, 'm/string', 'string_series'),
  (121, 1, 'm/histogram', 'histogram_series'), (131, 1, 'm/file', 'file_series');
INSERT INTO float_point(attribute_id, step, timestamp, value) VALUES
  (101, 0, 0, 1), (101, 1, 1, 3), (101, 2.5, 2, 2),
  (102, 0, 0, -1), (102, 1, 1, 9e999),
  (103, 0, 0, 4), (103, 1, 1, NULL),
  (104, 0, 0, NULL);
INSERT INTO string_point(attribute_id, step, timestamp, value) VALUES
  (111, 0, 0, 'first'), (111, 1, 1, 'last'), (112, 7, 0, 'é "q"');
-- A preview is no last value.
INSERT INTO string_point(attribute_id, step, timestamp, value, is_preview,
  completion) VALUES (113, 0, 0, 'preview', 1, 0.5);
INSERT INTO histogram_point(attribute_id, step, timestamp, value) VALUES
  (121, 3, 0, '{"type":"COUNTING","edges":[0,1,2],"values":[4,5]}');
INSERT INTO file_point(attribute_id, step, timestamp, value) VALUES
  (131, 4, 0, '{"path":"p/4.png","size_bytes":4,"mime_type":"image/png"}');
