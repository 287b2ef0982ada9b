"""Who may ask the service for what: keys, limits, the record of writes, and what every request has to pass."""
