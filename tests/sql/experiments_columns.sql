-- experiments_columns: one row per head run, with every fixed column
--@ store lab

SELECT experiment, run_id, sys_id, project FROM experiments ORDER BY sys_id;

SELECT sys_id, creation_time, modification_time, ping_time
FROM experiments ORDER BY sys_id;

SELECT sys_id, owner, description, state, tags, group_tags
FROM experiments ORDER BY sys_id;

-- The running time of an experiment covers all its runs: VIS-1 and VIS-2.
SELECT sys_id, failed, archived, running_time_seconds, parent_run_id,
  fork_step
FROM experiments ORDER BY sys_id;

-- Every row but for the running time is also a row of runs.
SELECT count(*), sum(r.running_time_seconds <> e.running_time_seconds)
FROM experiments AS e JOIN runs AS r
  USING (experiment, run_id, sys_id, creation_time, modification_time,
    ping_time, owner, description, state, tags, failed, archived, project);

SELECT * FROM experiments WHERE sys_id = 'VIS-2';
