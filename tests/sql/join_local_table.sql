-- join_local_table: keys of an ordinary table find their rows
--@ store lab

CREATE TABLE note(sys_id TEXT, text TEXT);
INSERT INTO note VALUES ('VIS-3', 'c'), ('VIS-1', 'a'), ('VIS-1', 'again'),
  (NULL, 'none'), ('VIS-99', 'absent'), ('vis-2', 'case');
SELECT text, run_id FROM note JOIN runs USING (sys_id) ORDER BY text;
SELECT text, run_id FROM note LEFT JOIN runs USING (sys_id) ORDER BY text;
SELECT text, count(*) FROM note JOIN metric_points USING (sys_id)
WHERE attribute = 'loss' GROUP BY text ORDER BY text;
SELECT text, value FROM note JOIN attributes USING (sys_id)
WHERE attribute = 'config/lr' ORDER BY text;
SELECT text, run_id FROM runs CROSS JOIN note USING (sys_id) ORDER BY text;
SELECT text, run_id FROM note CROSS JOIN runs USING (sys_id) ORDER BY text;

-- Keys of another type than text.
CREATE TABLE number(n INTEGER, step);
INSERT INTO number VALUES (1, 0), (2, '3'), (3, 5.0);
SELECT n, run_id FROM number JOIN runs ON sys_id = 'VIS-' || n ORDER BY n;
SELECT n, p.step, value FROM number JOIN metric_points AS p
  ON p.sys_id = 'VIS-' || n AND p.step = number.step AND attribute = 'loss'
ORDER BY n;
SELECT n, run_id FROM number JOIN runs ON fork_step = number.step + 1
ORDER BY n;
