// 8 How much is read on it, year by year
MATCH (e:Entity {id: $entity})<-[m:MENTIONS]-(d:Document)
RETURN d.year AS year, count(DISTINCT d) AS papers, sum(m.count) AS mentions
ORDER BY year
