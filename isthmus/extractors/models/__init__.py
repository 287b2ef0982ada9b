"""The compact trained models: how a text becomes their input, how they are run, and their weights."""
