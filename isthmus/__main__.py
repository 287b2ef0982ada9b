"""``python -m isthmus`` is the command line."""

from isthmus.service.cli import main

main()
