-- datetime_utf16: a database in UTF-16 orders texts by its bytes, times too
--@ store lab
PRAGMA encoding = 'UTF-16le';
CREATE TABLE mine(at TEXT);

-- U+0100 begins with a zero byte there, and so stands before any time.
SELECT count(*), (SELECT count(*) FROM runs) FROM runs WHERE creation_time > 'Ā';
SELECT count(*) FROM runs WHERE creation_time < 'Ā';
SELECT count(*) FROM runs WHERE creation_time >= '2026-01-02';
SELECT count(*) FROM runs WHERE creation_time = '2026-01-02Ā';
INSERT INTO mine SELECT creation_time FROM runs;
SELECT count(*) FROM mine WHERE at > 'Ā';
SELECT count(*) FROM mine WHERE at >= '2026-01-02';
