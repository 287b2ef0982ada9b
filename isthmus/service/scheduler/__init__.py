"""The scheduler: feeds that are read by themselves, each by one process at a time, each from where it stopped."""
