-- created_table_arguments: wrong arguments are refused with what is valid
--@ offline

CREATE VIRTUAL TABLE a USING runs(projekt='lab/vision'); --@ error
CREATE VIRTUAL TABLE a USING runs('lab/vision'); --@ error
CREATE VIRTUAL TABLE a USING runs(api_token='x'); --@ error
CREATE VIRTUAL TABLE a USING runs(address='https://example.com'); --@ error
CREATE VIRTUAL TABLE a USING runs(project='a/b', project='c/d'); --@ error
CREATE VIRTUAL TABLE a USING neptune_requests; --@ error
CREATE VIRTUAL TABLE a USING neptune; --@ error
SELECT count(*) FROM sqlite_schema;

-- A bad project is an error of the query, not of the table.
CREATE VIRTUAL TABLE a USING runs(project='vision');
SELECT name, sql FROM sqlite_schema;
