-- A series of histograms: the last one of a run, bin by bin
SELECT h.value ->> ('$.edges[' || bin.key || ']') AS from_weight,
       bin.value AS weights, printf('%.*c', bin.value / 5, '#') AS bar
FROM histogram_points AS h, json_each(h.value, '$.values') AS bin
WHERE run_id = 'curriculum-final-2' AND attribute = 'weights/output' AND tail = 1
ORDER BY bin.key;
