-- declared_split: attributes beyond the limit of one search are fetched by several, and joined by sys_id
--@ store odd

SELECT length(neptune_create_table('wide', 'runs', '^a/ | ^m/ | ^conflict$'));
SELECT neptune_config('max_projection', 4); --@ output
SELECT sys_id, "a/bool", "a/datetime", "a/file", "a/float", "a/int",
  length("a/string") AS s, "a/string_set", "conflict:float", "conflict:int",
  "conflict:string", "m/file", "m/float", "m/histogram", "m/string"
FROM wide ORDER BY sys_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Only for the runs that a condition selects; none: one search.
SELECT sys_id, "a/bool", "a/float", "m/float", "a/string" FROM wide
WHERE "a/int" = 5;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, "a/bool", "a/float", "m/float", "a/string" FROM wide
WHERE "a/int" = 6;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Page by page, each with its own; ids in short lists where requests are small.
SELECT neptune_config('page_size', 4), neptune_config('max_request_size', 100); --@ output
SELECT sys_id, "a/bool", "a/float", "m/float", "m/string" FROM wide ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, "a/float", "a/int", "m/string", "m/file" FROM wide
ORDER BY creation_time LIMIT 2;

-- Shelved for a join; beside the JSON of all attributes.
SELECT a.sys_id, b."a/float", b."m/float", b."m/string", b.experiment, b.owner
FROM runs AS a LEFT JOIN wide AS b USING (sys_id) ORDER BY 1;
SELECT sys_id, json_extract(attributes, '$."a/int"') = "a/int" AS same, "a/float",
  "m/float", "m/string" FROM wide WHERE sys_id < 'ODD-3' ORDER BY 1;
SELECT neptune_config('max_projection', 1); --@ output
SELECT sys_id, run_id, experiment, "a/float", "m/float", "m/string" FROM wide ORDER BY 1;
