-- runs_columns: one row per run, head or not, with every fixed column
--@ store lab

SELECT experiment, run_id, sys_id, project FROM runs ORDER BY sys_id;

SELECT sys_id, creation_time, modification_time, ping_time
FROM runs ORDER BY sys_id;

SELECT sys_id, owner, description, state, tags, group_tags
FROM runs ORDER BY sys_id;

SELECT sys_id, failed, archived, running_time_seconds, parent_run_id,
  fork_step
FROM runs ORDER BY sys_id;

SELECT * FROM runs WHERE sys_id = 'VIS-3';

-- What a run lacks is NULL: VIS-5 has no experiment, group_tags or parent.
SELECT typeof(experiment), typeof(group_tags), typeof(parent_run_id),
  typeof(fork_step), typeof(description), typeof(tags)
FROM runs WHERE sys_id = 'VIS-5';

-- Columns have the types that they declare.
SELECT DISTINCT typeof(run_id), typeof(creation_time), typeof(state),
  typeof(failed), typeof(archived), typeof(running_time_seconds)
FROM runs;
SELECT typeof(fork_step) FROM runs WHERE sys_id = 'VIS-6';
