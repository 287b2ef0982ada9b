"""Jobs: long work that is asked for by REST, each done by a process of its own that can be stopped at any moment."""
