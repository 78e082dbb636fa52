from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xmlrpc import client

import pytest

from hubs.config import Services
from hubs.sources.builds import Build, State
from hubs.sources.errors import UnreadableError
from hubs.sources.koji import Koji
from hubs.sources.session import Session
from tests.sources.asking import failing, with_pauses
from tests.sources.conftest import NOON, Reactor
from tests.sources.koji import HUB, build, call, says_builds, services
from tests.sources.outside import Outside, in_turn, says

NARROWED = {"queryOpts": {"limit": 5, "order": "-build_id"}, "__starstar": True}


@pytest.fixture
def koji(outside: Outside, session_for: Callable[[Services], Session]) -> Koji:
    return Koji(session_for(services(outside.url())))


@pytest.mark.parametrize(
    ("changes", "state", "since"),
    [
        ({}, State.DONE, NOON - 86_400),
        ({"state": 3}, State.FAILED, NOON - 86_400),
        ({"state": 4}, State.CANCELED, NOON - 86_400),
        ({"state": 0, "completion_ts": None}, State.RUNNING, NOON - 90_000.5),
    ],
)
async def test_the_builds_of_somebody_are_found(
    changes: Any, state: State, since: float, koji: Koji, outside: Outside
) -> None:
    deleted = build(8, state=2)
    outside.paths[HUB] = says(says_builds(build(9, **changes), deleted))
    assert await koji.of_user("zoe", 5) == [
        Build(
            place="Koji",
            package="wick",
            title="wick-1.2-9.fc44",
            url=outside.url("/koji/buildinfo?buildID=9"),
            owner="teacup",
            state=state,
            since=since,
        )
    ]
    assert call(outside) == ("listBuilds", {"userID": "zoe", **NARROWED})
    assert outside.seen[0].headers["content-type"] == "text/xml"


async def test_the_builds_of_several_packages_cost_one_request(
    koji: Koji, outside: Outside
) -> None:
    outside.paths[HUB] = says(says_builds([[build(3), build(2)]], [[]], [[build(1)]]))
    found = await koji.of_packages(["wick", "oil", "moth"], 5, failed=True)
    assert [one.title for one in found] == ["wick-1.2-3.fc44", "wick-1.2-2.fc44", "wick-1.2-1.fc44"]
    method, calls = call(outside)
    assert method == "multiCall"
    assert calls[1] == {
        "methodName": "listBuilds",
        "params": [{"packageID": "oil", "state": 3, **NARROWED}],
    }


FAULT = {"faultCode": 1000, "faultString": "secret", "traceback": ""}
BOMB = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<methodResponse><params><param><value><string>&b;</string></value></param></params>
</methodResponse>"""


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            client.dumps(client.Fault(1000, "secret"), methodresponse=True).encode(),
            "refused the call",
        ),
        (client.dumps(({},), "a").encode(), "unexpected at the beginning"),
        (BOMB, "no XML-RPC"),
        (b"<methodResponse><params><param><value><int>9e9</int>", "no XML-RPC"),
        (b"<methodResponse><params/></methodResponse>", "no XML-RPC"),
    ],
)
async def test_what_is_no_answer_is_told_without_what_it_says(
    body: bytes, sentence: str, koji: Koji, outside: Outside
) -> None:
    outside.paths[HUB] = says(body)
    error = await failing(koji.of_user("zoe", 5))
    assert isinstance(error, UnreadableError)
    assert sentence in str(error)
    assert "secret" not in str(error)


async def test_one_call_of_several_that_fails_is_not_taken_for_nothing(
    koji: Koji, outside: Outside
) -> None:
    outside.paths[HUB] = says(says_builds([[build(3)]], FAULT))
    error = await failing(koji.of_packages(["wick", "oil"], 5))
    assert "refused one of several calls" in str(error)


async def test_it_is_asked_again_as_nothing_is_changed_by_that(
    koji: Koji, outside: Outside, timed: Reactor
) -> None:
    outside.paths[HUB] = in_turn(says(b"", 503), says(says_builds(build(1))))
    assert len(await with_pauses(timed, koji.of_user("zoe", 5))) == 1
