"""Outside services, and sessions that ask them, as their own tests have them."""

from __future__ import annotations

from tests.sources.conftest import outside, session_for, settings, timed

__all__ = ["outside", "session_for", "settings", "timed"]
