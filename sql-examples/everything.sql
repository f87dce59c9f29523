-- Every attribute of an experiment as one JSON object
SELECT key AS attribute, value
FROM experiments, json_each(attributes)
WHERE experiment = 'curriculum-final' AND key LIKE 'config/%'
ORDER BY key;
