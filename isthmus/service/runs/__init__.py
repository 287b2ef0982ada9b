"""Runs of reading: the processes that read, what each run did, and how one is gone on with or done again."""
