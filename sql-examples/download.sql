-- Files: what there is, and one of them fetched and read
SELECT neptune_config('download_dir', '.') AS download_dir;
SELECT run_id, attribute, path, size_bytes, mime_type
FROM files
WHERE experiment LIKE 'curriculum%'
ORDER BY path;
SELECT neptune_download(project, path, 'reports/' || run_id || '.txt') AS bytes
FROM files
WHERE run_id = 'curriculum-1' AND attribute = 'results/report';
SELECT readfile('reports/curriculum-1.txt') AS report;
