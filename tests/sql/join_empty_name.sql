-- join_empty_name: the empty text is a key, no name is none
--@ store twins

SELECT a.run_id, b.run_id
FROM runs('') AS a JOIN experiments AS b USING (experiment)
WHERE a.project = 'left/twin' AND b.project = 'left/twin'
ORDER BY 1;
SELECT a.run_id, b.run_id
FROM runs('') AS a LEFT JOIN experiments AS b
  ON b.experiment = a.experiment AND b.project = 'right/twin'
WHERE a.project = 'left/twin'
ORDER BY 1;
