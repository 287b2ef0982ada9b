"""The graph in memory: columns become layers of sparse arrays, saved, mapped and kept up to date."""
