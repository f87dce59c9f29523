-- functions_in_views: neptune_config is for the user alone, never for a schema
--@ offline

CREATE VIEW peek AS SELECT neptune_config('api_token') AS is_set;
CREATE VIEW poke AS SELECT neptune_config('project', 'evil/project') AS set_to;
CREATE VIEW harmless AS SELECT neptune_version() REGEXP '^\d' AS version,
  'ab' REGEXP 'b' AS matches;
CREATE TABLE t(x);
CREATE TRIGGER sly AFTER INSERT ON t BEGIN
  SELECT neptune_config('project', 'evil/project');
END;
PRAGMA trusted_schema = ON;
SELECT * FROM peek; --@ error
SELECT * FROM poke; --@ error
INSERT INTO t VALUES (1); --@ error
SELECT * FROM harmless;
PRAGMA trusted_schema = OFF;
SELECT * FROM peek; --@ error
SELECT * FROM harmless;
SELECT neptune_config('project'), count(*) FROM t;
CREATE TABLE defaults(p TEXT DEFAULT (neptune_config('project'))); --@ output
INSERT INTO defaults DEFAULT VALUES; --@ error
