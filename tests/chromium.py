"""Debian's Chromium, started once for a file, for tests of what a person sees. A page tells what it complained of."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")  # while it is open Playwright's loop runs in this thread, and no other can
def chromium():
    """The browser. Tests that need it are skipped where there is none."""
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium at /usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """Opens pages; at the end none of them may have complained (its policy, its scripts) or asked another host."""
    contexts, complaints = [], []

    def opened(width=1280, height=900, theme="light", **more):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda one: None if _own(one.url) else complaints.append(f"asked {one.url}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _own(url):
    return url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
