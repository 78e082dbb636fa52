from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from twisted.internet import reactor

from hubs.accounts.toml_file import TomlAccounts
from hubs.bus.message import BusMessage
from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.pull_requests import PullRequest, PullRequestQuery
from hubs.sources.session import Session
from hubs.widgets.base import SourceLink, Stores
from hubs.widgets.pull_requests.views import View, chosen, ordered, query
from hubs.widgets.pull_requests.widget import FindPullRequests, PullRequestsWidget
from tests.sources import forgejo, github
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")
PERSON = Hub(2, HubType.USER, "marzipan", "", "")
GITHUB = "https://github.com/lamps/wick"
SOURCES = {"sources": {"repositories": ["github.com/lamps/wick"]}}


def pull_request(**changes: Any) -> PullRequest:
    """Give one that nobody was asked to review."""
    facts: dict[str, Any] = {
        "place": "lamps/wick",
        "number": 7,
        "title": "Trim",
        "url": "https://github.com/lamps/wick/pull/7",
        "author": "teacup",
        "reviewers": (),
        "labels": (),
        "draft": False,
        "created": 1.0,
        "updated": 2.0,
    }
    return PullRequest(**{**facts, **changes})


@pytest.mark.parametrize(
    ("view", "name", "changes", "is_shown"),
    [
        (View.OPEN, "", {"draft": True}, True),
        (View.MINE, "Teacup", {}, True),
        (View.MINE, "abe", {}, False),
        (View.REVIEW, "", {}, True),
        (View.REVIEW, "", {"draft": True}, False),
        (View.REVIEW, "", {"answered": True}, False),
        (View.REVIEW, "abe", {}, False),
        (View.REVIEW, "abe", {"reviewers": ("Abe",)}, True),
        (View.REVIEW, "abe", {"reviewers": ("abe",), "answered": True}, True),
        (View.REVIEW, "abe", {"reviewers": ("abe",), "draft": True}, False),
    ],
)
def test_a_view_shows_what_it_is_about(
    view: View, name: str, changes: dict[str, Any], is_shown: bool
) -> None:
    one = pull_request(**changes)
    assert chosen(view, [one], name) == ([one] if is_shown else [])


@pytest.mark.parametrize(
    ("view", "numbers"), [(View.OPEN, [2, 1]), (View.MINE, [2, 1]), (View.REVIEW, [1, 2])]
)
def test_what_matters_most_in_a_view_comes_first(view: View, numbers: list[int]) -> None:
    found = [
        pull_request(number=2, created=5.0, updated=9.0),
        pull_request(number=1, created=1.0, updated=7.0),
    ]
    assert [one.number for one in ordered(view, found)] == numbers


def test_forges_are_asked_for_what_a_view_needs() -> None:
    assert query(View.OPEN, "me") == PullRequestQuery()
    assert query(View.MINE, "me") == PullRequestQuery(author="me")
    assert query(View.REVIEW, "me") == PullRequestQuery(reviewer="me")


def widget(*where: str, **config: Any) -> WidgetInstance:
    return WidgetInstance(7, 1, "pull_requests", config={"where": list(where), **config})


@pytest.fixture
def stores(
    outside: Outside, session_for: Callable[[Services], Session], accounts_file: Path
) -> Stores:
    """Give stores of which only outside services and accounts are there: nothing else is read."""
    url = outside.url()
    services = Services(github=f"{url}/gh", forgejo=(url,))
    accounts_file.write_text('[people.marzipan]\nname = "M"\ngithub = "marzipan"\n')
    accounts = TomlAccounts(accounts_file, reactor)  # type: ignore[arg-type]
    nothing: Any = None
    return Stores(nothing, nothing, session_for(services), nothing, lambda: NOON, accounts)


def answer(outside: Outside, number: int, run: str, *reviewers: str) -> None:
    """Let GitHub say of one what its machine and its reviewers say."""
    commit = f"{github.HOME}/commits/{number:040x}"
    runs = [{"status": "completed", "conclusion": run}]
    reviews = [{"user": github.user(name), "state": "APPROVED"} for name in reviewers]
    outside.paths[f"{commit}/check-runs"] = says({"check_runs": runs})
    outside.paths[f"{commit}/status"] = says({"state": "pending", "total_count": 0})
    outside.paths[f"{github.HOME}/pulls/{number}/reviews"] = says(reviews)


async def found(stores: Stores, hub: Hub, instance: WidgetInstance) -> Any:
    """Give what a widget keeps, as it comes from the cache."""
    return json.loads(json.dumps(await FindPullRequests().execute(hub, instance, stores)))


async def test_what_is_shown_is_looked_at_and_the_rest_is_not(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[f"{github.HOME}/pulls"] = says([github.pull(number) for number in (1, 2, 3)])
    answer(outside, 1, "success")
    answer(outside, 2, "failure")
    data = await found(stores, TEAM, widget(GITHUB, count=2))
    shown = [(one["number"], one["checks"]) for one in data["pull_requests"]]
    assert (shown, data["count"]) == ([(1, "passed"), (2, "failed")], 3)
    assert not any(f"{3:040x}" in seen.uri for seen in outside.seen)


async def test_a_team_sees_what_nobody_has_reviewed(stores: Stores, outside: Outside) -> None:
    outside.paths[f"{github.HOME}/pulls"] = says(
        [github.pull(1), github.pull(2), github.pull(3, draft=True)]
    )
    answer(outside, 1, "success", "abe")
    answer(outside, 2, "success")
    data = await found(stores, TEAM, widget(GITHUB, view="review"))
    assert ([one["number"] for one in data["pull_requests"]], data["count"]) == ([2], 1)


async def test_a_person_sees_what_they_were_asked_to_review(
    stores: Stores, outside: Outside
) -> None:
    others = github.pull(2, requested_reviewers=[github.user("abe")])
    outside.paths[f"{github.HOME}/pulls"] = says([github.pull(1), others])
    answer(outside, 1, "success", "abe")
    data = await found(stores, PERSON, widget(GITHUB, view="review"))
    assert [one["number"] for one in data["pull_requests"]] == [1]


async def test_one_whose_checks_cannot_be_had_is_shown_without_them(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[f"{forgejo.HOME}/pulls"] = says([forgejo.pull(1)])
    data = await found(stores, TEAM, widget(f"forgejo {outside.url('/lamps/wick')}"))
    assert [(one["number"], one["checks"]) for one in data["pull_requests"]] == [(1, None)]


async def test_a_person_without_a_name_there_sees_nobodys_reviews(
    stores: Stores, outside: Outside
) -> None:
    data = await found(stores, Hub(3, HubType.USER, "abe", "", ""), widget(GITHUB, view="review"))
    assert (data["nameless"], outside.seen) == (True, [])


async def test_nobody_is_asked_for_what_is_nobodys(stores: Stores, outside: Outside) -> None:
    data = await found(stores, TEAM, widget(GITHUB, view="mine"))
    assert (data["nameless"], outside.seen) == (True, [])


@pytest.mark.parametrize(
    ("where", "topic", "repository", "refreshes"),
    [
        (GITHUB, "github.pull_request", "github.com/lamps/wick", True),
        (GITHUB, "github.pull_request_review", "github.com/lamps/wick", True),
        (GITHUB, "github.check_run", "github.com/lamps/wick", True),
        (GITHUB, "github.issues", "github.com/lamps/wick", False),
        (GITHUB, "github.pull_request", "github.com/lamps/oil", False),
        (
            "https://codeberg.org/lamps/wick",
            "forgejo.action_run_failure",
            "codeberg.org/lamps/wick",
            True,
        ),
        (
            "https://gitlab.com/lamps/wick",
            "gitlab.merge_request",
            "gitlab.com/lamps/wick",
            True,
        ),
        (
            "https://src.fedoraproject.org/rpms/wick",
            "pagure.pull-request.new",
            "src.fedoraproject.org/rpms/wick",
            True,
        ),
        (
            "https://src.fedoraproject.org/rpms/wick",
            "pagure.git.receive",
            "src.fedoraproject.org/rpms/wick",
            False,
        ),
    ],
)
def test_what_happens_to_a_pull_request_there_refreshes_it_and_nothing_else(
    where: str, topic: str, repository: str, refreshes: bool
) -> None:
    message = attrs.evolve(BusMessage("1", topic, NOON, {}, ""), repositories=[repository])
    function, instance = FindPullRequests(), widget(where)
    is_found = bool(function.interests(TEAM, instance) & message.keys())
    assert (is_found and function.should_invalidate(TEAM, instance, message)) == refreshes


async def test_what_stands_beside_them_follows_from_the_configuration(stores: Stores) -> None:
    instance = widget(GITHUB, "https://src.fedoraproject.org/rpms/wick", view="review")
    data = {"pull_requests": {"pull_requests": [], "count": 0}}
    context = await PullRequestsWidget().context(TEAM, instance, data, stores)
    assert PullRequestsWidget().source_links(TEAM, instance, data, stores) == [
        SourceLink("lamps/wick", f"{GITHUB}/pulls"),
        SourceLink("rpms/wick", "https://src.fedoraproject.org/rpms/wick/pull-requests"),
    ]
    assert context["empty"] == "Nothing waits for a review."


@pytest.mark.parametrize(
    ("hub", "view", "pages"),
    [
        (attrs.evolve(TEAM, config=SOURCES), "open", ["https://github.com/lamps/wick/pulls"]),
        (PERSON, "review", ["https://src.fedoraproject.org"]),
        (PERSON, "open", []),
        (TEAM, "open", []),
    ],
)
def test_without_places_it_is_what_the_hub_is_about(
    hub: Hub, view: str, pages: list[str], stores: Stores
) -> None:
    links = PullRequestsWidget().source_links(hub, widget(view=view), {}, stores)
    assert [one.url for one in links] == pages
