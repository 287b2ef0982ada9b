"""Backup and restore: a copy of an SQLite store, or an archive that every kind of store can be made from."""
