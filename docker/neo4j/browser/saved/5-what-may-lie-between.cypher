// 5 Proposals: drugs and chemicals one step from its neighbours, with no link to it yet
MATCH (a:Entity {id: $entity})-[r1]-(b:Entity)-[r2]-(c:Drug|SmallMolecule|ChemicalEntity)
WHERE a <> c AND NOT (a)--(c)
RETURN c.id AS candidate, c.name AS name, c.category AS category, count(DISTINCT b) AS between,
  round(max(r1.belief * r2.belief), 3) AS strongest, collect(DISTINCT b.name)[..5] AS through
ORDER BY strongest DESC, between DESC LIMIT 20
