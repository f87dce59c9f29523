-- join_left_conditions: what ON says of the left table of a LEFT JOIN drops none
-- of its rows
--@ store lab

CREATE TABLE note(sys_id TEXT, text TEXT);
INSERT INTO note VALUES ('VIS-1', 'one'), ('VIS-4', 'four'), ('VIS-5', 'five');
SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.experiment IS NULL ORDER BY 1;
SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.owner <> 'ann' ORDER BY 1;
SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.run_id LIKE 'a%' ORDER BY 1;
SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.run_id REGEXP '^G' ORDER BY 1;
SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.failed IS NOT 1 ORDER BY 1;
SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.owner = 'ann' ORDER BY 1;

-- Through a view, whose text is not that of the statement.
CREATE TEMP VIEW noted AS SELECT run_id, text FROM runs AS r
  LEFT JOIN note AS n ON n.sys_id = r.sys_id AND r.run_id LIKE 'a%';
SELECT * FROM noted ORDER BY 1;
SELECT run_id FROM runs WHERE run_id LIKE 'a%' ORDER BY 1;
DROP VIEW noted;
SELECT run_id FROM runs WHERE run_id LIKE 'a%' ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- In WHERE they may drop rows.
SELECT run_id, text FROM note AS n LEFT JOIN runs AS r USING (sys_id)
WHERE r.run_id LIKE 'a%' ORDER BY 1;
SELECT run_id, text FROM runs AS r LEFT JOIN note AS n USING (sys_id)
WHERE run_id LIKE 'a%' ORDER BY 1;
