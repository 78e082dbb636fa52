"""Which messages have what widgets show found anew, and which do not."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from hubs.bus.from_fedora_messaging import SCHEMA
from hubs.bus.reader import Reader
from hubs.model.hub import Hub, HubType, WidgetInstance
from tests.widgets.ours import our_widgets

LAMPS = "copr.fedorainfracloud.org/coprs/g/lamp-sig/lamps"
LIST = "lamps@lists.fedoraproject.org"
ROOM = "#lamps:fedoraproject.org"
SOURCES = {
    "groups": ["lamp-sig"],
    "packages": ["wick"],
    "repositories": [LAMPS],
    "lists": [LIST],
    "channels": [ROOM],
    "calendars": ["Lamps & wicks"],
}
TEAM = Hub(1, HubType.TEAM, "lamps", "", "", config={"sources": SOURCES})
ZOE = Hub(2, HubType.USER, "zoe", "", "")

HERE = {"hub_name": "lamps", "hub_type": "team", "hub_title": "Lamps"}
AT_ZOES = {"hub_name": "zoe", "hub_type": "user", "hub_title": "Zoe"}
SUBSCRIBES = {"username": "zoe", "role": "subscriber"}
JOINS = {"username": "zoe", "role": "member"}
FOLLOWS_ZOE = ("hubs.user.role.added", {**AT_ZOES, "username": "abe", "role": "subscriber"})
ZOE_SUBSCRIBES = ("hubs.user.role.added", {**HERE, **SUBSCRIBES})
ZOE_JOINS = ("hubs.user.role.added", {**HERE, **JOINS})
ZOE_LEAVES = ("hubs.user.role.removed", {**HERE, **JOINS})
IN_GROUP = (
    "fas.group.member.sponsor",
    {"msg": {"agent": "abe", "user": "zoe", "group": "lamp-sig"}},
)
IN_OTHER = (
    "fas.group.member.sponsor",
    {"msg": {"agent": "abe", "user": "zoe", "group": "oil-sig"}},
)
RENAMED = ("hubs.hub.updated", {**HERE, "changed_keys": ["title"]})
RETOLD = ("fas.user.update", {"msg": {"agent": "zoe", "user": "zoe", "fields": ["timezone"]}})
BADGE = ("fedbadges.badge.award", {"user": {"username": "zoe"}, "badge": {"name": "Lamp"}})
BADGE_TODAY = ("badges.badge.award", {**BADGE[1], "user": {"username": "zoe", "badges_user_id": 1}})
ABES_BADGE = ("badges.badge.award", {"user": {"username": "abe"}, "badge": {"name": "zoe"}})


def rank(nickname: str, service: str = "badges") -> tuple[str, dict[str, Any]]:
    """Give the message that somebody has another rank."""
    person = {"nickname": nickname, "rank": 7, "email": f"{nickname}@mail.example", "id": 3}
    body = {"person": {**person, "bio": None, "website": None}, "old_rank": 8}
    return (f"{service}.person.rank.advance", body)


def update(name: str, nvr: str) -> dict[str, Any]:
    """Give an update as Bodhi tells of it."""
    return {
        "alias": "FEDORA-2026-1a2b",
        "builds": [{"nvr": nvr}],
        "user": {"name": name},
        "status": "testing",
        "request": None,
        "release": {"name": "F44"},
    }


def tried(name: str, whose: str, nvr: str) -> tuple[str, dict[str, Any]]:
    """Give the message that somebody said how an update works for them."""
    comment = {"karma": 1, "text": "", "user": {"name": name}, "update": update(whose, nvr)}
    return ("bodhi.update.comment", {"agent": name, "comment": comment})


def koji(name: str, owner: str) -> tuple[str, dict[str, Any]]:
    """Give the message that a build in Koji failed."""
    return ("buildsys.build.state.change", {"name": name, "owner": owner, "old": 0, "new": 3})


def copr(owner: str, project: str, user: str) -> tuple[str, dict[str, Any]]:
    """Give the message that a build in Copr ended."""
    body = {"user": user, "owner": owner, "copr": project, "pkg": "oil", "version": "1.2-3"}
    return ("copr.build.end", {**body, "build": 7, "chroot": "fedora-44-x86_64", "status": 1})


def meeting(name: str, room: str, event: str = "complete") -> tuple[str, dict[str, Any]]:
    """Give the message that a meeting began or ended."""
    return (f"meetbot.meeting.{event}", {"meeting_name": name, "location": room, "chairs": []})


LAMPS_MET = meeting("Lamp SIG", ROOM)
LAMPS_BEGAN = meeting("Lamp SIG", ROOM, "start")
LAMPS_MET_ELSEWHERE = meeting("lamp-sig", "#meeting:fedoraproject.org")
OIL_MET = meeting("Oil", ROOM)
OIL_MET_ELSEWHERE = meeting("Oil", "#meeting:fedoraproject.org")


def fedocal(what: str, calendar: str, manager: str) -> tuple[str, dict[str, Any]]:
    """Give the message that a meeting was planned, moved, given up or is near."""
    fields = ("name", "date", "date_end", "time_start", "time_stop", "timezone")
    meeting = {f"meeting_{field}": "" for field in (*fields, "information", "location")}
    of = {"meeting_id": 7, "meeting_manager": [manager], "calendar_name": calendar}
    return (f"fedocal.meeting.{what}", {"agent": "abe", "meeting": {**meeting, **of}})


def of_calendar(what: str, name: str) -> tuple[str, dict[str, Any]]:
    """Give the message that something happened to a whole calendar."""
    return (f"fedocal.calendar.{what}", {"agent": "abe", "calendar": {"calendar_name": name}})


OURS, THEIRS = "Lamps & wicks", "Moths"
OURS_MET_ELSEWHERE = meeting(f"The {OURS}", "#meeting:fedoraproject.org")
PLANET = {"username": "zoe", "face": "", "name": "Zoe", "post": {"title": "Lamps"}}
ZOE_WROTE = ("planet.post.new", PLANET)
ABE_WROTE = ("planet.post.new", {**PLANET, "username": "abe", "name": "Abe"})
TALK = {"X-Discourse-Instance": "https://discussion.fedoraproject.org"}
TOPIC_BEGUN = (
    "discourse.topic.topic_created",
    {"webhook_body": {"topic": {"id": 7, "title": "Wicks"}}, "webhook_headers": TALK},
)
WICK_TOPIC_EDITED = (
    "discourse.topic.topic_edited",
    {
        "webhook_body": {"topic": {"id": 7, "title": "Oil", "tags": ["wick"]}},
        "webhook_headers": TALK,
    },
)
WICK_POST = (
    "discourse.post.post_created",
    {"webhook_body": {"post": {"id": 8, "category_slug": "wick"}}, "webhook_headers": TALK},
)
POST_LIKED = ("discourse.like.post_liked", {"webhook_body": {}, "webhook_headers": TALK})


def mail(address: str) -> tuple[str, dict[str, Any]]:
    """Give the message that somebody wrote to a mailing list, as Mailman tells of it."""
    body = {"mlist": {"list_name": address.partition("@")[0], "fqdn_listname": address}}
    head = {"from": "Zoe <zoe@example.org>", "date": "Tue, 24 Nov 2026", "subject": "Wicks"}
    return ("mailman.receive", {**body, "msg": head, "sender_username": "zoe"})


WICK_IS_NEW = (
    "anitya.project.version.update.v2",
    {
        "project": {"name": "wick"},
        "message": {"packages": [{"distro": "Fedora", "package_name": "wick"}]},
    },
)
WICK_IS_NEW_IN_DEBIAN = (
    "anitya.project.version.update.v2",
    {
        "project": {"name": "wick"},
        "message": {"packages": [{"distro": "Debian", "package_name": "wick"}]},
    },
)
WICK_BUG = ("bugzilla.bug.new", {"bug": {"id": 1, "product": "Fedora", "component": "wick"}})
WICK_BUILT = koji("wick", "abe")
OIL_BUILT = koji("oil", "abe")
ZOE_BUILT = koji("oil", "zoe")
LAMPS_BUILT = copr("@lamp-sig", "lamps", "packit")
NIGHTLY_BUILT = copr("@lamp-sig", "nightly", "packit")
ZOES_BUILT = copr("zoe", "lamps", "packit")
ZOE_HELPED = copr("abe", "lamps", "zoe")
WICK_PUSHED = ("bodhi.update.complete.testing", {"update": update("abe", "wick-1.2-3.fc44")})
OIL_PUSHED = ("bodhi.update.complete.testing", {"update": update("abe", "oil-1.2-3.fc44")})
ZOES_PUSHED = ("bodhi.update.complete.stable", {"update": update("zoe", "oil-1.2-3.fc44")})
WICK_TRIED = tried("moth", "abe", "wick-1.2-3.fc44")
ZOES_TRIED = tried("abe", "zoe", "oil-1.2-3.fc44")
ZOE_TRIES = tried("zoe", "abe", "oil-1.2-3.fc44")


@pytest.mark.parametrize(
    ("hub", "plugin", "refreshes", "leaves_alone"),
    [
        (TEAM, "members", [ZOE_JOINS, ZOE_LEAVES, IN_GROUP], [IN_OTHER, BADGE, FOLLOWS_ZOE]),
        (TEAM, "activity", [ZOE_JOINS, IN_GROUP], [IN_OTHER, BADGE, FOLLOWS_ZOE]),
        (ZOE, "activity", [BADGE, ZOE_JOINS], [RENAMED]),
        (TEAM, "stats", [ZOE_JOINS, ZOE_SUBSCRIBES, IN_GROUP], [IN_OTHER, BADGE, RENAMED]),
        (ZOE, "stats", [FOLLOWS_ZOE], [ZOE_JOINS, ZOE_SUBSCRIBES, BADGE]),
        (ZOE, "profile", [RETOLD], [BADGE, ZOE_JOINS]),
        (ZOE, "memberships", [ZOE_JOINS, ZOE_LEAVES], [FOLLOWS_ZOE, BADGE, RENAMED]),
        (ZOE, "subscriptions", [ZOE_SUBSCRIBES], [FOLLOWS_ZOE, BADGE, RENAMED]),
        (TEAM, "updates", [WICK_PUSHED, WICK_TRIED], [OIL_PUSHED, ZOE_JOINS]),
        (ZOE, "updates", [ZOES_PUSHED, ZOES_TRIED], [ZOE_TRIES, WICK_PUSHED, BADGE]),
        ((ZOE, {"view": "test"}), "updates", [ZOE_TRIES], [ZOES_TRIED, ZOES_PUSHED]),
        (TEAM, "builds", [WICK_BUILT, LAMPS_BUILT], [OIL_BUILT, NIGHTLY_BUILT, WICK_PUSHED]),
        (ZOE, "builds", [ZOE_BUILT, ZOES_BUILT], [OIL_BUILT, LAMPS_BUILT, ZOE_HELPED, BADGE]),
        ((ZOE, {"packages": ["wick"]}), "builds", [WICK_BUILT, ZOES_BUILT], [ZOE_BUILT]),
        (
            TEAM,
            "watched",
            [WICK_BUILT, WICK_IS_NEW, WICK_BUG],
            [OIL_BUILT, WICK_IS_NEW_IN_DEBIAN, WICK_PUSHED, ZOE_JOINS],
        ),
        (ZOE, "watched", [ZOE_BUILT], [WICK_BUILT, BADGE]),
        (ZOE, "blog", [ZOE_WROTE, RETOLD], [ABE_WROTE, BADGE]),
        ((ZOE, {"feeds": ["https://zoe.example/"]}), "blog", [ZOE_WROTE], [RETOLD, ABE_WROTE]),
        (TEAM, "discussions", [TOPIC_BEGUN], [POST_LIKED, ZOE_WROTE]),
        (
            (TEAM, {"where": [f"{TALK['X-Discourse-Instance']}/tag/wick/12"]}),
            "discussions",
            [WICK_TOPIC_EDITED],
            [TOPIC_BEGUN, WICK_POST],
        ),
        (
            (TEAM, {"where": ["https://talk.example"]}),
            "discussions",
            [],
            [TOPIC_BEGUN],
        ),
        (TEAM, "mailing_list", [mail(LIST)], [mail("devel@lists.fedoraproject.org"), ZOE_JOINS]),
        (
            (TEAM, {"lists": ["oil@x.example"]}),
            "mailing_list",
            [mail("oil@x.example")],
            [mail(LIST)],
        ),
        (TEAM, "help_wanted", [LAMPS_MET, OIL_MET], [LAMPS_BEGAN, OIL_MET_ELSEWHERE, ZOE_JOINS]),
        ((TEAM, {"minutes": False}), "help_wanted", [], [LAMPS_MET]),
        (
            (TEAM, {"meetings": ["Lamp SIG"]}),
            "help_wanted",
            [LAMPS_MET, LAMPS_MET_ELSEWHERE],
            [LAMPS_BEGAN, OIL_MET, OIL_MET_ELSEWHERE],
        ),
        (
            ZOE,
            "badges",
            [BADGE, BADGE_TODAY, rank("zoe"), rank("zoe", "fedbadges")],
            [ABES_BADGE, rank("abe"), ZOE_BUILT, RETOLD],
        ),
        (
            TEAM,
            "meetings",
            [
                *(fedocal(what, OURS, "abe") for what in ("new", "update", "delete", "reminder")),
                *(of_calendar(what, OURS) for what in ("upload", "clear")),
                *(OIL_MET, LAMPS_BEGAN, OURS_MET_ELSEWHERE),
            ],
            [
                *(fedocal("new", THEIRS, "abe"), of_calendar("clear", THEIRS), ZOE_JOINS),
                *(OIL_MET_ELSEWHERE, meeting("Lamp SIG", ROOM, "item.help"), WICK_BUG),
            ],
        ),
        (
            (ZOE, {"minutes": ["OIL"]}),
            "meetings",
            [OIL_MET, OIL_MET_ELSEWHERE],
            [LAMPS_MET, BADGE],
        ),
        ((TEAM, {"calendars": [THEIRS]}), "meetings", [fedocal("new", THEIRS, "abe")], []),
        ((TEAM, {"calendars": [THEIRS]}), "meetings", [], [fedocal("new", OURS, "abe")]),
        (ZOE, "meetings", [fedocal("update", OURS, "zoe")], [fedocal("new", OURS, "abe"), BADGE]),
        (ZOE, "my_hubs", [ZOE_SUBSCRIBES, ZOE_LEAVES], [FOLLOWS_ZOE, BADGE, RENAMED]),
    ],
)
def test_what_widgets_show_is_found_anew_by_what_concerns_them_alone(
    hub: Hub | tuple[Hub, dict[str, Any]],
    plugin: str,
    refreshes: list[Any],
    leaves_alone: list[Any],
) -> None:
    hub, config = hub if isinstance(hub, tuple) else (hub, {})
    for message in refreshes:
        assert _concerns(hub, config, plugin, *message), message
    for message in leaves_alone:
        assert not _concerns(hub, config, plugin, *message), message


def test_every_widget_that_finds_something_is_in_the_table_or_has_tests_of_its_own() -> None:
    [mark] = test_what_widgets_show_is_found_anew_by_what_concerns_them_alone.pytestmark
    named = {row[1] for row in mark.args[1]}
    finding = {name for name, kind in our_widgets().widgets.items() if kind.functions}
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert finding - named - tested == set()


def _concerns(
    hub: Hub, config: dict[str, Any], plugin: str, topic: str, body: dict[str, Any]
) -> bool:
    schema = topic if topic in _reader().schemas.classes else f"{topic}.v1"
    named = {"topic": f"org.fedoraproject.prod.{topic}", "headers": {SCHEMA: schema}}
    message = _reader().read({**named, "msg": body}, 1.0)
    widget = WidgetInstance(7, hub.id, plugin, config=config)
    [function] = our_widgets().widgets[plugin].functions
    shared = function.interests(hub, widget) & message.keys()
    return bool(shared) and function.should_invalidate(hub, widget, message)


@functools.cache
def _reader() -> Reader:
    """Give the reader of production: its keys are those that packages of services give."""
    return Reader.from_entry_points()
