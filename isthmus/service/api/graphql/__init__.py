"""GraphQL: the same answers as REST, as one typed graph that a client picks from. Only ``POST /graphql``, one question each."""
