// 4 The trail of one statement as a picture: ends, statement, sentences, papers
MATCH (e:Entity {id: $entity})<-[:SUBJECT|OBJECT]-(s:Statement)
WITH s ORDER BY s.belief DESC LIMIT 1
MATCH trail = (s)-[:SUBJECT|OBJECT]->(:Entity)
OPTIONAL MATCH sentence = (s)<-[:SUPPORTS]-(:Evidence)-[:FROM]->(:Document)
RETURN trail, sentence LIMIT 50
