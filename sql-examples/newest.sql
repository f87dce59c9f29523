-- The newest experiments, who owns them and whether they still run
SELECT experiment, owner, state, creation_time
FROM experiments
ORDER BY creation_time DESC
LIMIT 5;
