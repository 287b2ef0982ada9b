// 7 The case for it: each hop of that path with its best sentence
MATCH (a:Entity {id: $entity})-[r1]-(b:Entity)-[r2]-(c:Entity {id: $candidate})
UNWIND [r1, r2] AS hop
MATCH (s:Statement {id: hop.statement_id})<-[:SUPPORTS]-(v:Evidence)-[:FROM]->(d:Document)
RETURN b.name AS through, startNode(hop).name AS subject, s.predicate AS predicate, endNode(hop).name AS object,
  round(s.belief, 2) AS belief, collect(v.text)[0] AS sentence, collect(d.id)[..3] AS papers
ORDER BY through, belief DESC LIMIT 50
