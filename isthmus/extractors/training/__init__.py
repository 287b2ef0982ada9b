"""How the models that ship with the project were made: run by hand, re-runnable, see each model's card."""
