// 1 Find an entity by its words, then write its id into :param entity => '...'
CALL db.index.fulltext.queryNodes('entity_names', $words) YIELD node, score
RETURN node.id AS id, node.name AS name, node.category AS category, round(score, 2) AS score
ORDER BY score DESC LIMIT 10
