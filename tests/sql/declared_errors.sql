-- declared_errors: a wrong declaration is refused with what is valid, and no network
--@ offline

CREATE VIRTUAL TABLE a USING experiments(lr DOUBLE 'config/lr'); --@ error
CREATE VIRTUAL TABLE a USING experiments(lr); --@ error
CREATE VIRTUAL TABLE a USING experiments(lr FLOAT config/lr); --@ error
CREATE VIRTUAL TABLE a USING experiments(lr FLOAT 'config/lr' NOT NULL); --@ error
CREATE VIRTUAL TABLE a USING experiments(FLOAT 'config/lr'); --@ error
CREATE VIRTUAL TABLE a USING experiments('' FLOAT 'config/lr'); --@ error
CREATE VIRTUAL TABLE a USING experiments(lr FLOAT ''); --@ error
CREATE VIRTUAL TABLE a USING experiments(owner STRING 'config/owner'); --@ error
CREATE VIRTUAL TABLE a USING experiments(lr FLOAT 'a', b MAX 'b', LR FLOAT 'c'); --@ error
CREATE VIRTUAL TABLE a USING attributes(lr FLOAT 'config/lr'); --@ error
CREATE VIRTUAL TABLE a USING metric_points(lr FLOAT 'config/lr'); --@ error
SELECT count(*) FROM sqlite_schema;

-- A good one needs neither network nor token until it is read.
CREATE VIRTUAL TABLE a USING experiments(lr FLOAT 'config/lr');
SELECT name, type FROM pragma_table_info('a') WHERE name = 'lr';
EXPLAIN QUERY PLAN SELECT * FROM a WHERE lr > 1; --@ plan
SELECT lr FROM a; --@ error
INSERT INTO a(lr) VALUES (1); --@ error
DROP TABLE a;
SELECT count(*) FROM sqlite_schema;
