-- created_tables: CREATE VIRTUAL TABLE with project and nql as arguments
--@ store lab

CREATE VIRTUAL TABLE speech USING runs(project='lab/speech');
CREATE VIRTUAL TABLE anns USING experiments(
  nql = '`sys/owner`:string = "ann" OR `sys/owner`:string = "Ann"');
CREATE VIRTUAL TABLE everything USING runs;
CREATE VIRTUAL TABLE empty_list USING neptune_experiments();
CREATE VIRTUAL TABLE losses USING metric_points(project = "lab/vision",
  nql = '`sys/custom_run_id`:string = "loose"');
CREATE VIRTUAL TABLE settings USING neptune_attributes(project='lab/speech',
  nql='`config/lr`:float EXISTS');

SELECT run_id, project FROM speech ORDER BY run_id;
SELECT run_id FROM anns ORDER BY run_id;
SELECT run_id FROM anns WHERE failed = 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM anns WHERE nql = '`acc`:floatSeries EXISTS'
ORDER BY run_id;
SELECT count(*) FROM everything;
SELECT count(*) FROM empty_list;
SELECT step, value FROM losses;
SELECT run_id, attribute, value FROM settings
WHERE attribute REGEXP '^config/' ORDER BY attribute;

-- A condition on project chooses another one; the fixed filter stays.
SELECT run_id FROM speech WHERE project = 'lab/vision' AND failed = 1
ORDER BY run_id;
SELECT run_id FROM anns WHERE project = 'lab/speech';

-- Quotes in arguments are SQL's.
CREATE VIRTUAL TABLE quoted USING runs(nql='`sys/description`:string CONTAINS "It''s"');
SELECT run_id FROM quoted;

SELECT name, sql FROM sqlite_schema WHERE name IN ('speech', 'empty_list')
ORDER BY name; --@ output
DROP TABLE speech;
SELECT run_id FROM speech; --@ error
