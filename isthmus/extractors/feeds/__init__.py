"""Feeds: papers as services hand them out, one file a service. Values in, records out; a feed knows no store."""
