// 2 What surrounds it: the statements that are believed most, as a picture
MATCH (e:Entity {id: $entity})-[r]-(other:Entity)
RETURN e, r, other
ORDER BY r.belief DESC LIMIT 25
