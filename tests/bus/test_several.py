"""The words for several messages that are alike."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.bus.several import say_several

HOOK = {"sender": {"login": "abe"}, "repository": {"full_name": "lamps/wick"}}
ISSUE = {"number": 7, "title": "Dark"}


@pytest.mark.parametrize(
    ("topic", "body", "sentence", "count"),
    [
        (
            "forgejo.push",
            {"body": {**HOOK, "commits": [{}, {}, {}]}},
            "abe pushed {count} commits to lamps/wick",
            3,
        ),
        ("github.push", {"body": HOOK}, "abe pushed {count} commits to lamps/wick", 1),
        (
            "gitlab.push",
            {
                "body": {
                    "user_username": "abe",
                    "project": {"path_with_namespace": "lamps/wick"},
                    "commits": [{}, {}],
                }
            },
            "abe pushed {count} commits to lamps/wick",
            2,
        ),
        (
            "pagure.git.receive",
            {"agent": "abe", "repo": {"fullname": "rpms/wick"}, "total_commits": 5},
            "abe pushed {count} commits to rpms/wick",
            5,
        ),
        (
            "forgejo.issues",
            {"body": {**HOOK, "action": "opened", "issue": ISSUE}},
            "abe opened {count} issues of lamps/wick",
            1,
        ),
        ("forgejo.issues", {"body": {**HOOK, "action": "labeled", "issue": ISSUE}}, "", 1),
        (
            "forgejo.issue_comment",
            {"body": {**HOOK, "action": "created", "issue": ISSUE}},
            "abe commented {count} times on #7 of lamps/wick: “Dark”",
            1,
        ),
        (
            "github.pull_request",
            {"body": {**HOOK, "action": "closed", "pull_request": {"merged": True}}},
            "abe merged {count} pull requests of lamps/wick",
            1,
        ),
        (
            "github.pull_request",
            {"body": {**HOOK, "action": "closed", "pull_request": {"merged": False}}},
            "abe closed {count} pull requests of lamps/wick",
            1,
        ),
        (
            "buildsys.build.state.change",
            {"owner": "abe", "name": "wick", "new": 3},
            "abe's {count} builds of wick failed",
            1,
        ),
        ("lamp.lit", {"agent": "abe"}, "", 1),
    ],
)
def test_it_is_said_once_for_all(
    topic: str, body: dict[str, Any], sentence: str, count: int
) -> None:
    assert say_several(topic, body) == (sentence, count)


@pytest.mark.parametrize(
    ("said", "count"),
    [(0, 1), (-3, 1), ("5", 1), (None, 1), ([], 1), ({}, 1), (2.5, 1), (10**30, 1_000_000)],
)
def test_a_number_that_cannot_be_counts_for_what_can(said: Any, count: int) -> None:
    body = {"agent": "abe", "repo": {"fullname": "x"}, "total_commits": said}
    assert say_several("pagure.git.receive", body)[1] == count
