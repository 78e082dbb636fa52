"""Where readers find at its source what a widget shows."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.widgets.base import SourceLink, Stores
from hubs.widgets.parameters import validate_config
from tests.widgets.ours import our_widgets

TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")
ABOUT_WICK = Hub(2, HubType.TEAM, "wick", "", "", config={"sources": {"packages": ["wick"]}})
ZOE = Hub(3, HubType.USER, "zoe", "Zoe", "")
WICK = "https://github.com/lamps/wick"
FEEDS = "https://fedoramagazine.org/feed/\nhttps://blog.example/~zoe/feed"
BODHI = "https://bodhi.fedoraproject.org"
KOJI = ("Koji", "https://koji.fedoraproject.org/koji/")

#: What is shown of what is only here, or in the account system, which may be a file.
OURS = {
    *("about", "activity", "avatar", "chat", "contact", "feed", "library"),
    *("members", "memberships", "my_hubs", "profile", "rules", "stats", "sticky", "subscriptions"),
}

CASES: list[tuple[str, Hub, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ("tickets", TEAM, {"where": WICK}, {}, [("lamps/wick", f"{WICK}/issues")]),
    ("tickets", TEAM, {}, {}, []),
    ("pull_requests", TEAM, {"where": WICK}, {}, [("lamps/wick", f"{WICK}/pulls")]),
    (
        "discussions",
        TEAM,
        {"where": "https://discussion.fedoraproject.org/tag/lamps"},
        {},
        [
            (
                "discussion.fedoraproject.org/tag/lamps",
                "https://discussion.fedoraproject.org/tag/lamps",
            )
        ],
    ),
    ("updates", ZOE, {}, {}, [("Bodhi", f"{BODHI}/users/zoe")]),
    (
        "updates",
        ABOUT_WICK,
        {},
        {},
        [("Bodhi", f"{BODHI}/updates/?packages=wick&status=testing")],
    ),
    ("updates", TEAM, {}, {}, []),
    ("builds", ABOUT_WICK, {}, {}, [KOJI]),
    (
        "builds",
        TEAM,
        {"projects": "@lamp-sig/lamps"},
        {},
        [("@lamp-sig/lamps", "https://copr.fedorainfracloud.org/coprs/g/lamp-sig/lamps/")],
    ),
    ("release", TEAM, {}, {}, [("Bodhi", f"{BODHI}/releases/")]),
    (
        "service_status",
        TEAM,
        {},
        {},
        [("status.fedoraproject.org", "https://status.fedoraproject.org")],
    ),
    (
        "watched",
        ABOUT_WICK,
        {},
        {},
        [
            ("release-monitoring.org", "https://release-monitoring.org"),
            ("bugzilla.redhat.com", "https://bugzilla.redhat.com"),
            KOJI,
        ],
    ),
    ("watched", TEAM, {}, {}, []),
    (
        "help_wanted",
        TEAM,
        {"meetings": "Lamps"},
        {},
        [("meetbot.fedoraproject.org", "https://meetbot.fedoraproject.org")],
    ),
    ("help_wanted", TEAM, {}, {}, []),
    ("help_wanted", TEAM, {"meetings": "Lamps", "minutes": False}, {}, []),
    ("badges", ZOE, {}, {}, [("Fedora Badges", "https://badges.fedoraproject.org/user/zoe")]),
    (
        "badges",
        ZOE,
        {},
        {"badges": {"known": False}},
        [("Fedora Badges", "https://badges.fedoraproject.org")],
    ),
    (
        "meetings",
        TEAM,
        {"calendars": "Lamps & wicks"},
        {},
        [
            ("Lamps & wicks", "https://calendar.fedoraproject.org/Lamps%20%26%20wicks/"),
            ("meetbot.fedoraproject.org", "https://meetbot.fedoraproject.org"),
        ],
    ),
    ("meetings", ZOE, {}, {}, [("Fedocal", "https://calendar.fedoraproject.org")]),
    ("meetings", TEAM, {}, {}, []),
    (
        "mailing_list",
        TEAM,
        {"lists": "lamps@lists.fedoraproject.org\noil@lists.fedoraproject.org"},
        {"threads": {"missing": ["oil@lists.fedoraproject.org"]}},
        [
            (
                "lamps@lists.fedoraproject.org",
                "https://lists.fedoraproject.org/archives/list/lamps@lists.fedoraproject.org/",
            )
        ],
    ),
    (
        "blog",
        TEAM,
        {"feeds": FEEDS},
        {},
        [
            ("fedoramagazine.org", "https://fedoramagazine.org/feed/"),
            ("blog.example", "https://blog.example/~zoe/feed"),
        ],
    ),
    (
        "blog",
        ZOE,
        {},
        {
            "posts": {
                "homes": {
                    "https://fedoramagazine.org/feed/": "https://fedoramagazine.org/",
                    "https://blog.example/~zoe/feed": "",
                }
            }
        },
        [
            ("fedoramagazine.org", "https://fedoramagazine.org/"),
            ("blog.example", "https://blog.example/~zoe/feed"),
        ],
    ),
]


@pytest.mark.parametrize(("plugin", "hub", "config", "found", "links"), CASES)
def test_a_widget_says_where_its_data_is_from(
    plugin: str,
    hub: Hub,
    config: dict[str, Any],
    found: dict[str, Any],
    links: list[tuple[str, str]],
    stores: Stores,
) -> None:
    kind = our_widgets().widgets[plugin]
    widget = WidgetInstance(7, hub.id, plugin, config=validate_config(kind.parameters, config))
    said = kind.source_links(hub, widget, found, stores)
    assert [(one.name, one.url) for one in said] == links


def test_each_widget_with_data_from_outside_says_so() -> None:
    assert {plugin for plugin, *_ in CASES} == our_widgets().widgets.keys() - OURS


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/t/lamps/", "ftp://a.example/"])
def test_no_link_leads_anywhere_but_to_the_web(url: str) -> None:
    with pytest.raises(ValueError, match="must match"):
        SourceLink("Wick", url)
