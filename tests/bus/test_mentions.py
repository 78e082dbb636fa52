"""Whom the words of a message address."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.bus.mentions import mentioned
from hubs.bus.message import BusMessage


def message(topic: str, body: dict[str, Any], agent: str = "zoe") -> BusMessage:
    return BusMessage(id="1", topic=topic, time=1.0, body=body, sentence="", agent=agent)


def names(text: str) -> set[str]:
    return set(mentioned(message("bodhi.update.comment", {"comment": {"text": text}})))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ralph: what do you think?", {"ralph"}),
        ("(@ralph, @abe.b and @x)", {"ralph", "abe.b", "x"}),
        ("Thanks @ralph.", {"ralph"}),
        ("ping @ralph:fedora.im", {"ralph"}),
        ("ping @ralph:matrix.org", set()),
        ("write to ralph@example.org", set()),
        ("npm install @types/node", set()),
        ("see `@property` and\n```\n@ralph\n```\n", set()),
        ("an open fence ```\n@ralph", set()),
        ("@zoe talks to herself", set()),
        ("@", set()),
    ],
)
def test_names_stand_after_an_at_sign(text: str, expected: set[str]) -> None:
    assert names(text) == expected


SAID = {"body": "@ralph look"}


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("forgejo.issue_comment", {"body": {"action": "created", "comment": SAID}}),
        ("forgejo.pull_request_review", {"body": {"review": {"content": "@ralph look"}}}),
        ("forgejo.issues", {"body": {"action": "opened", "issue": SAID}}),
        ("forgejo.push", {"body": {"commits": [{"message": "By @ralph"}, 3, {"message": 4}]}}),
        ("discourse.post.post_created", {"body": {"post": {"raw": "@ralph look"}}}),
        ("pagure.issue.new", {"issue": {"content": "@ralph look"}}),
        ("pagure.issue.comment.added", {"issue": {"comments": [{}, {"comment": "@ralph look"}]}}),
        ("bodhi.update.comment", {"comment": {"text": "@ralph look"}}),
        ("bodhi.update.comment", {"comment": "@ralph look"}),
    ],
)
def test_each_service_has_its_place_for_words(topic: str, body: dict[str, Any]) -> None:
    assert mentioned(message(topic, body)) == {"ralph"}


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("forgejo.issues", {"body": {"action": "labeled", "issue": SAID}}),
        ("pagure.issue.comment.added", {"issue": {"comments": [{"comment": "@ralph"}, {}]}}),
        ("pagure.issue.comment.added", {"issue": {"comments": []}}),
        ("pagure.issue.comment.added", {"issue": "?"}),
        ("forgejo.push", {"body": {"commits": "?"}}),
        ("forgejo.push", {"body": None}),
    ],
)
def test_what_was_said_before_and_what_makes_no_sense_addresses_nobody(
    topic: str, body: dict[str, Any]
) -> None:
    assert mentioned(message(topic, body)) == frozenset()
