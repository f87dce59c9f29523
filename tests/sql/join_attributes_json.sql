-- join_attributes_json: all attributes of joined runs, not run by run
--@ store fleet

SELECT count(*), sum(json_extract(r.attributes, '$."config/crew"')) AS crew
FROM experiments AS e JOIN runs AS r USING (sys_id);
SELECT count(*) <= 9 AS few FROM neptune_requests WHERE id > @since; --@ requests
