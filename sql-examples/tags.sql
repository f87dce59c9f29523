-- How often each tag is used, and by how many people
SELECT tag.value AS tag, count(*) AS experiments, count(DISTINCT owner) AS owners
FROM experiments, json_each(experiments.tags) AS tag
GROUP BY tag.value
ORDER BY experiments DESC, tag
LIMIT 6;
