-- config_project: neptune_config chooses another project for a connection
--@ store lab
--@ env NEPTUNE_PROJECT

SELECT run_id FROM attributes; --@ error
SELECT count(*) FROM runs WHERE project = 'lab/vision';
SELECT neptune_config('project', 'lab/speech');
SELECT run_id FROM runs ORDER BY run_id;
SELECT count(*) FROM runs WHERE project = 'lab/vision';
SELECT neptune_config('project', NULL);
SELECT run_id FROM attributes; --@ error
CREATE VIRTUAL TABLE speech USING experiments(project='lab/speech');
SELECT experiment FROM speech ORDER BY 1;
