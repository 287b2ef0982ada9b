"""Fixtures of the panel's tests."""

from service.panel.panelling import run_panel  # noqa: F401 - fixture
