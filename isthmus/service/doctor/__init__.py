"""Is everything there that Isthmus needs, and what to do where it is not."""
