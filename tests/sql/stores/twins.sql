-- Two projects of one name and one key in two workspaces, left/twin and
-- right/twin (TWN): the sys_ids are the same, all else tells the project.
--
-- TWN-1  left-1, right-1    experiment one
-- TWN-2  left-2, right-2    forks TWN-1, experiment '' (the empty text)
-- TWN-3  left-3, right-3    forks TWN-2, no experiment

INSERT INTO project(project_id, uuid, workspace, name, key) VALUES
  (1, 'cccccccc-0000-4000-a000-000000000001', 'left', 'twin', 'TWN'),
  (2, 'cccccccc-0000-4000-a000-000000000002', 'right', 'twin', 'TWN');
INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  parent, fork_step, creation_time, modification_time, ping_time, owner)
SELECT 10 * p.value + n.value, p.value, n.value,
  printf('cccccccc-1111-4000-a000-%06d%06d', p.value, n.value),
  printf('%s-%d', iif(p.value = 1, 'left', 'right'), n.value),
  CASE n.value WHEN 1 THEN 'one' WHEN 2 THEN '' END,
  iif(n.value > 1, 10 * p.value + n.value - 1, NULL),
  iif(n.value > 1, 0.0, NULL),
  1767225600000, 1767225600000, 1767225600000, 'eve'
FROM json_each('[1, 2]') AS p, json_each('[1, 2, 3]') AS n;
INSERT INTO attribute(run_id, path, type, value)
SELECT 10 * p.value + n.value, 'config/side', 'string',
  iif(p.value = 1, 'l', 'r') || n.value
FROM json_each('[1, 2]') AS p, json_each('[1, 2, 3]') AS n;
