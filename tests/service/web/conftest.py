"""Fixtures of the tests of pages."""

from chromium import chromium, new_page  # noqa: F401 - fixtures
