-- Neptune's own query language where SQL has no word for it, as an argument of the table
SELECT experiment, tags, fork_step
FROM experiments('`sys/tags`:stringSet CONTAINS "final" AND `config/lr`:float < 0.01')
ORDER BY experiment;
