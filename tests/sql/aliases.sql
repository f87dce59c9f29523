-- aliases: every table is there under two names; an ordinary table hides one
--@ store lab

SELECT (SELECT count(*) FROM runs) AS runs,
  (SELECT count(*) FROM neptune_runs) AS neptune_runs,
  (SELECT count(*) FROM experiments) AS experiments,
  (SELECT count(*) FROM neptune_experiments) AS neptune_experiments;
SELECT (SELECT count(*) FROM attributes) AS attributes,
  (SELECT count(*) FROM neptune_attributes) AS neptune_attributes,
  (SELECT count(*) FROM metric_points) AS metric_points,
  (SELECT count(*) FROM neptune_metric_points) AS neptune_metric_points;

CREATE TABLE runs(run_id TEXT);
INSERT INTO runs VALUES ('mine');
CREATE TEMP TABLE attributes(attribute TEXT);
CREATE VIEW metric_points AS SELECT 'view' AS value;
SELECT * FROM runs;
SELECT count(*) FROM neptune_runs;
SELECT count(*) FROM attributes;
SELECT count(*) FROM neptune_attributes WHERE attribute = 'loss';
SELECT * FROM metric_points;
SELECT count(*) FROM neptune_metric_points WHERE attribute = 'acc';
SELECT run_id FROM neptune_runs('`sys/owner`:string = "Ann"');

-- Without the ordinary table, the name is the table's again.
DROP TABLE runs;
SELECT count(*) FROM runs;
SELECT count(*) FROM main.runs;
WITH runs(x) AS (VALUES (1)) SELECT x FROM runs;
