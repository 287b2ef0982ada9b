"""What whoever runs the service sees of it: metrics and logs. Neither tells texts, names of entities, keys or passwords."""
