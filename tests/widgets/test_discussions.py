from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.discourse import Forum
from hubs.sources.errors import AddressError
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.discussions.widget import DiscussionsWidget, FindTopics
from hubs.widgets.parameters import ConfigurationError, validate_config
from tests.sources.asking import failing
from tests.sources.discourse import LATEST, TAG, latest, services, topic
from tests.sources.outside import Outside, queries, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")
HOME = "https://talk.example"


async def test_the_newest_topics_of_all_forums_come_first_and_each_once(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    nothing: Any = None
    stores = Stores(nothing, nothing, session_for(services(outside.url())), nothing)
    wicks = topic(2, "Wicks", "2026-11-24T10:00:00.000Z", 5)
    outside.paths[LATEST] = says(latest(topic(1, "Oil"), wicks))
    outside.paths[TAG] = says(latest(wicks, topic(3, "Flames", "2026-11-24T11:00:00.000Z")))
    where = [outside.url(), outside.url("/tag/lamps"), outside.url("/c/gone/1")]
    widget = WidgetInstance(7, 1, "discussions", config={"where": where})
    data = json.loads(json.dumps(await FindTopics().execute(TEAM, widget, stores)))
    assert [(one["title"], one["replies"]) for one in data["topics"]] == [
        ("Flames", 0),
        ("Wicks", 4),
        ("Oil", 0),
    ]
    assert data["topics"][1]["url"] == outside.url("/t/2")
    assert data["failures"] == [f"{outside.host} has nothing there (HTTP status 404)"]
    assert queries(outside) == [{"order": "created"}] * 3


async def test_a_forum_that_the_settings_do_not_know_is_not_asked_in_a_private_network(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    session = session_for(Services(status=outside.url()))
    assert isinstance(await failing(Forum(outside.url(), "").topics(session)), AddressError)
    assert outside.seen == []


@pytest.mark.parametrize(
    ("line", "page"),
    [
        (HOME, f"{HOME}/latest"),
        (f"{HOME}/latest/", f"{HOME}/latest"),
        (f"{HOME}/tag/lamps/12", f"{HOME}/tag/lamps/12"),
        (f"{HOME}/c/team/lamps/7?x=1", f"{HOME}/c/team/lamps/7"),
    ],
)
def test_a_forum_is_named_as_a_browser_shows_it(line: str, page: str) -> None:
    forum = Forum.read(line)
    assert forum is not None
    assert forum.page == page


@pytest.mark.parametrize(
    "line", ["talk", "ftp://talk.example", f"{HOME}/t/1", f"{HOME}/tag/../admin", "https://a@b/"]
)
def test_what_is_no_forum_is_refused(line: str) -> None:
    with pytest.raises(ConfigurationError, match="expected the address of a Discourse"):
        validate_config(DiscussionsWidget.parameters, {"where": line})
