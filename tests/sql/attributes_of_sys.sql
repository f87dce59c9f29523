-- attributes_of_sys: what Neptune itself keeps of a run is attributes too
--@ store lab

SELECT attribute, type, value, typeof(value)
FROM attributes WHERE sys_id = 'VIS-3' AND attribute REGEXP '^sys/'
ORDER BY attribute;

-- A run without experiment, forks or size has fewer of them.
SELECT attribute FROM attributes WHERE attribute LIKE 'sys/%'
  AND sys_id = 'VIS-3'
EXCEPT SELECT attribute FROM attributes WHERE sys_id = 'VIS-5'
ORDER BY attribute;
