"""One module per kind of thing: each reads the files of its sources and adds their concepts."""
