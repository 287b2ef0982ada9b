// A read account on Neo4j Enterprise: run against the database "system", as an administrator, with
//   cypher-shell -d system -P "{password: '...'}" -f read-account.cypher
// On Community these commands are refused, since each of its accounts may do everything: see README.md.
CREATE ROLE isthmus_reader IF NOT EXISTS;
GRANT ACCESS ON DATABASE neo4j TO isthmus_reader;
GRANT MATCH {*} ON GRAPH neo4j TO isthmus_reader;
// What the service keeps for itself: keys, addresses of alerts, and verdicts that others must not see before they judge.
DENY MATCH {*} ON GRAPH neo4j NODES Entry, Verdict, Change, Graph, Migration TO isthmus_reader;
DENY WRITE ON GRAPH neo4j TO isthmus_reader;
DENY LOAD ON ALL DATA TO isthmus_reader;
DENY NAME MANAGEMENT ON DATABASE neo4j TO isthmus_reader;
DENY CONSTRAINT MANAGEMENT ON DATABASE neo4j TO isthmus_reader;
DENY INDEX MANAGEMENT ON DATABASE neo4j TO isthmus_reader;
DENY SHOW TRANSACTION (*) ON DATABASE neo4j TO isthmus_reader;
CREATE USER reader IF NOT EXISTS SET PASSWORD $password CHANGE REQUIRED;
GRANT ROLE isthmus_reader TO reader;
