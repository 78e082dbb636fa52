"""What waits for somebody, and what no longer does."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.bus.message import BusMessage
from hubs.bus.waiting import waits
from hubs.model.stream import Answer, Ask


def read(topic: str, body: dict[str, Any], people: tuple[str, ...] = ()) -> list[Ask | Answer]:
    return waits(BusMessage("1", topic, 1.0, body, "", people=people))


UPDATE = {"update": {"alias": "FEDORA-2026-1", "user": {"name": "ralph"}}}


def test_an_update_that_is_ready_waits_for_its_submitter_until_it_is_pushed() -> None:
    [ask] = read("bodhi.update.requirements_met.stable", UPDATE)
    assert ask == Ask("stable FEDORA-2026-1", ("ralph",))
    for event in ("request.stable", "request.unpush", "request.obsolete", "complete.stable"):
        assert read(f"bodhi.update.{event}", UPDATE) == [Answer(ask.subject)]
    assert read("bodhi.update.comment", UPDATE) == []


def forgejo(action: str, **more: Any) -> list[Ask | Answer]:
    pull = {"html_url": "https://forge.example/lamps/wick/pulls/3"}
    return read("forgejo.pull_request", {"body": {"action": action, "pull_request": pull, **more}})


def test_a_review_waits_for_whom_it_is_asked_of() -> None:
    ralph = {"login": "ralph"}
    subject = "review https://forge.example/lamps/wick/pulls/3"
    assert forgejo("review_requested", requested_reviewer=ralph) == [Ask(subject, ("ralph",))]
    for done in (
        forgejo("review_request_removed", requested_reviewer=ralph),
        forgejo("reviewed", sender=ralph),
    ):
        assert done == [Answer(subject, "ralph")]
    assert forgejo("closed", sender=ralph) == [Answer(subject)]
    assert forgejo("labeled", sender=ralph) == []
    assert forgejo("review_requested", requested_reviewer=None) == []


def pagure(event: str, key: str, assignee: Any) -> list[Ask | Answer]:
    request = {"id": 3, "project": {"fullname": "rpms/wick"}, "assignee": assignee}
    return read(f"pagure.{event}", {key: request, "project": {"fullname": "rpms/wick"}})


def test_a_pull_request_of_pagure_waits_for_its_assignee() -> None:
    ask = Ask("review rpms/wick#3", ("ralph",))
    ralph = {"name": "ralph"}
    assert pagure("request.assigned.added", "request", ralph) == [ask]
    assert pagure("pull-request.assigned.added", "pullrequest", ralph) == [ask]
    assert pagure("request.assigned.reset", "request", None) == [Answer(ask.subject)]
    assert pagure("pull-request.closed", "pullrequest", ralph) == [Answer(ask.subject)]


def bug(*changes: Any, status: str = "NEW", people: tuple[str, ...] = ()) -> list[Ask | Answer]:
    body = {"bug": {"id": 7, "status": status}, "event": {"changes": list(changes)}}
    return read("bugzilla.bug.update", body, people)


@pytest.mark.parametrize(
    ("field", "name"), [("field", "flag.needinfo"), ("field_name", "flagtypes.name")]
)
def test_needinfo_waits_for_its_requestee(field: str, name: str) -> None:
    flag = "needinfo?(ralph@fedoraproject.org)"
    assert bug({field: name, "removed": "", "added": flag}) == [Ask("needinfo 7", ("ralph",))]
    assert bug({field: name, "removed": flag, "added": ""}) == [Answer("needinfo 7", "ralph")]
    assert bug({field: "cc", "removed": "", "added": flag}) == []


def test_needinfo_of_an_address_elsewhere_needs_an_account_of_the_same_name() -> None:
    change = {"field": "flag.needinfo", "removed": "", "added": "?(ralph@example.org)"}
    assert bug(change) == []
    assert bug(change, people=("ralph", "zoe")) == [Ask("needinfo 7", ("ralph",))]


def test_a_bug_that_is_closed_waits_for_nobody() -> None:
    assert bug(status="CLOSED") == [Answer("needinfo 7")]


def test_who_wants_to_join_waits_for_the_owners() -> None:
    body = {"hub_name": "lamps", "username": "zoe", "role": "member"}
    assert read("hubs.user.role.requested", body) == [Ask("join lamps zoe", owners_of="lamps")]
    assert read("hubs.user.role.added", body) == [Answer("join lamps zoe")]
    assert read("hubs.user.role.declined", body) == [Answer("join lamps zoe")]
    # Who asks may follow the team meanwhile.
    assert read("hubs.user.role.added", {**body, "role": "subscriber"}) == []


@pytest.mark.parametrize(
    "topic",
    [
        "bodhi.update.requirements_met.stable",
        "forgejo.pull_request",
        "pagure.request.assigned.added",
        "bugzilla.bug.update",
        "hubs.user.role.requested",
        "lamp.lit",
    ],
)
@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"changes": [4]}])
def test_a_shape_that_is_not_known_asks_for_nothing(topic: str, value: Any) -> None:
    keys = ("update", "body", "request", "pullrequest", "bug", "event", "hub_name")
    assert read(topic, dict.fromkeys(keys, value)) in ([], [Ask("join x None", owners_of="x")])
