"""Jobs: long work that is handed in by REST, waited for by events, stopped if need be, and fetched when it is done."""
