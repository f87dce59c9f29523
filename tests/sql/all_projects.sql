-- all_projects: where no project is named and none is set, all are searched
--@ store lab
--@ env NEPTUNE_PROJECT

-- One request finds the keys of all.
SELECT project, experiment, run_id, sys_id FROM experiments
ORDER BY project, sys_id;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%'; --@ requests
SELECT project, count(*) FROM runs GROUP BY project ORDER BY project;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

SELECT project, sys_id FROM runs WHERE experiment = 'alpha'
ORDER BY project, sys_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE run_id IN ('wave-1', 'loose', 'nobody');
SELECT count(*) FROM runs('`config/optimizer`:string = "adam"');
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE project LIKE 'lab/s%';
SELECT nql, project FROM runs('`sys/id`:string = "SPE-2"');

-- What else is read is asked project by project, only where something matches.
SELECT project, run_id, owner, tags FROM experiments ORDER BY project, run_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT project, run_id, owner FROM runs WHERE run_id = 'wave-1';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id, attributes ->> 'config/lr' AS lr FROM runs
WHERE experiment = 'alpha' ORDER BY project, run_id;
SELECT run_id, parent_run_id FROM runs WHERE fork_step > 0 ORDER BY run_id;
SELECT owner FROM runs WHERE run_id = 'nobody';

-- A project that is named, by the table or the query, is the only one.
SELECT count(*) FROM runs WHERE project = 'lab/speech';
CREATE VIRTUAL TABLE speech USING runs(project = 'lab/speech');
SELECT sys_id FROM speech ORDER BY sys_id;
CREATE VIRTUAL TABLE adams USING runs(
  nql = '`config/optimizer`:string = "adam"');
SELECT project, sys_id FROM adams ORDER BY project, sys_id;
SELECT neptune_config('project', 'lab/vision'); --@ output
SELECT count(*) FROM runs;
SELECT neptune_config('project', NULL); --@ output

SELECT r.project, r.sys_id, m.step, m.value
FROM runs AS r JOIN metric_points AS m USING (project, sys_id)
WHERE r.experiment = 'alpha' AND m.attribute = 'loss' AND m.step < 1
ORDER BY r.project, r.sys_id, m.step;
SELECT child.run_id, parent.owner FROM runs AS child
JOIN runs AS parent ON parent.run_id = child.parent_run_id
  AND parent.project = child.project ORDER BY child.run_id;

-- Attributes and points belong to a project.
SELECT count(*) FROM metric_points; --@ error
SELECT count(*) FROM attributes; --@ error
