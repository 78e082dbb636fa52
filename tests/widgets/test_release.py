from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.parameters import ConfigurationError, validate_config
from hubs.widgets.release.widget import FindReleases, ReleaseWidget
from tests.sources.bodhi import release, releases, services
from tests.sources.outside import Outside, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")


@pytest.fixture
def stores(outside: Outside, session_for: Callable[[Services], Session]) -> Stores:
    """Give stores of which only Bodhi is there: nothing else is read."""
    nothing: Any = None
    return Stores(nothing, nothing, session_for(services(outside.url())), nothing)


@pytest.mark.parametrize(
    ("config", "titles"),
    [
        ({}, ["Fedora 9", "Fedora 43", "Fedora 44", "Fedora 45"]),
        ({"family": "epel"}, ["EPEL 9", "EPEL 10.2"]),
    ],
)
async def test_releases_come_as_time_goes_and_others_not(
    config: Any, titles: list[str], stores: Stores, outside: Outside
) -> None:
    epel = {"id_prefix": "FEDORA-EPEL"}
    outside.paths["/releases/"] = says(
        releases(
            release("F45", state="pending", branch="rawhide"),
            release("F44", state="frozen", setting_status="pre_beta"),
            release("F43"),
            release("F43C", id_prefix="FEDORA-CONTAINER"),
            release("F9"),
            release("EPEL-10.2", long_name="EPEL 10.2", **epel),
            release("EPEL-9", long_name="EPEL 9", **epel),
        )
    )
    widget = WidgetInstance(7, 1, "release", config=config)
    data = json.loads(json.dumps(await FindReleases().execute(TEAM, widget, stores)))
    assert [one["title"] for one in data] == titles


def test_it_is_found_anew_by_its_age_as_no_message_tells_of_a_release() -> None:
    function = FindReleases()
    assert function.interests(TEAM, WidgetInstance(7, 1, "release")) == frozenset()
    assert function.time_to_live == 6 * 3600


@pytest.mark.parametrize("line", ["soon Beta", "2027-02-30 Beta", "2027-02-16", "16.2.2027 Beta"])
def test_a_milestone_has_a_day_and_a_name(line: str) -> None:
    with pytest.raises(ConfigurationError, match="expected a day and what happens then"):
        validate_config(ReleaseWidget.parameters, {"milestones": line})
