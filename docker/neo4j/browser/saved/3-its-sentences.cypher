// 3 Its sentences: who says so, where and when
MATCH (e:Entity {id: $entity})<-[:SUBJECT|OBJECT]-(s:Statement)<-[:SUPPORTS]-(v:Evidence)-[:FROM]->(d:Document)
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN a.name AS subject, s.predicate AS predicate, b.name AS object, round(s.belief, 2) AS belief,
  v.text AS sentence, d.id AS document, d.year AS year
ORDER BY belief DESC, year LIMIT 50
