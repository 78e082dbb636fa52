"""Chromium without a screen, for tests that look at pages as people do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests.until import PATIENCE

_PROGRAM = "/usr/bin/chromium"
_WORDS = (
    "--no-sandbox",
    "--disable-gpu",
    # A container has little memory to share.
    "--disable-dev-shm-usage",
    # What it may not try: this machine may have no network at all.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Its own five seconds are less than a slow machine takes for a page with all its scripts.
expect.set_options(timeout=PATIENCE * 1000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run it until the end of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_PROGRAM, args=list(_WORDS), timeout=PATIENCE * 1000
        )
        yield browser
        browser.close()
