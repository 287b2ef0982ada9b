"""Who is named with whom: a layer of its own, never passed off as statements."""
