"""What packagers look at, as workers find it."""

from __future__ import annotations

from typing import Any

from tests.klein_app.conftest import NOON

DAY = 86_400.0

UPDATE: dict[str, Any] = {
    "title": "wick-1.2-3.fc44",
    "others": 0,
    "url": "https://bodhi.fedoraproject.org/updates/FEDORA-2026-1",
    "author": "teacup",
    "release": "Fedora 44",
    "status": "testing",
    "request": "",
    "karma": 2,
    "wanted": 3,
    "kind": "bugfix",
    "ready": False,
    "since": NOON - 3 * DAY,
}
UPDATES = {"updates": [UPDATE], "count": 1, "whole": True}
NO_UPDATES = {**UPDATES, "updates": [], "count": 0}

BUILD: dict[str, Any] = {
    "place": "Koji",
    "package": "wick",
    "title": "wick-1.2-3.fc45",
    "url": "https://koji.fedoraproject.org/koji/buildinfo?buildID=7",
    "owner": "zoe",
    "state": "failed",
    "since": NOON - 7200,
}
BUILDS = {"builds": [BUILD], "failures": []}
NO_BUILDS = {**BUILDS, "builds": []}

RELEASES = [
    {"title": "Fedora 43", "phase": "stable", "frozen": False, "end": "2026-12-02"},
    {"title": "Fedora 44", "phase": "beta", "frozen": True, "end": None},
    {"title": "Fedora 45", "phase": "rawhide", "frozen": False, "end": None},
]

WATCHED_ROW: dict[str, Any] = {
    "name": "wick",
    "url": "https://src.fedoraproject.org/rpms/wick",
    "version": "1.3",
    "version_url": "https://release-monitoring.org/projects/search/?pattern=wick",
    "is_new": True,
    "bugs": 2,
    "bugs_url": "https://bugzilla.redhat.com/buglist.cgi",
    "build": BUILD,
}
WATCHED = {"rows": [WATCHED_ROW], "count": 1, "whole": True, "failures": []}

#: What each finds when there is something, and what of it a reader reads.
FOUND: dict[str, tuple[Any, str]] = {
    "updates": (UPDATES, "wick-1.2-3.fc44"),
    "builds": (BUILDS, "wick-1.2-3.fc45"),
    "release": (RELEASES, "Fedora 44"),
    "watched": (WATCHED, "Newest version"),
}

#: The same as long as it gets.
FULL: dict[str, Any] = {
    "updates": {**UPDATES, "updates": [UPDATE] * 8, "count": 150, "whole": False},
    "builds": {**BUILDS, "builds": [BUILD] * 8},
    "release": RELEASES,
    "watched": {**WATCHED, "rows": [WATCHED_ROW] * 8, "count": 20},
}
