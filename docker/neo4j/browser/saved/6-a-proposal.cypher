// 6 One proposal as a picture: write its id into :param candidate => '...'
MATCH path = (a:Entity {id: $entity})--(:Entity)--(c:Entity {id: $candidate})
RETURN path LIMIT 25
