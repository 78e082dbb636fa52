"""``fedora-hubs cache`` as an operator types it, on real servers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.database.hub_store import HubStore
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import cache_key
from hubs.widgets.registry import Registry
from tests.cli.conftest import Command
from tests.processes import on_terminal

REGISTRY = Registry.from_entry_points()


def key(widget: WidgetInstance) -> str:
    function = REGISTRY.function("members", "members")
    assert function is not None
    return cache_key(widget, function)


async def shelf(hubs: HubStore, count: int) -> list[WidgetInstance]:
    """Put so many widgets with one cached function each on a hub, and one that has none."""
    hub = await hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    await add_widget(hubs, REGISTRY, hub, WidgetInstance(0, hub.id, "about"))
    widget = WidgetInstance(0, hub.id, "members")
    return [await add_widget(hubs, REGISTRY, hub, widget) for _ in range(count)]


@pytest_twisted.async_fixture
async def widgets(hub_store: HubStore, cache: FileCache) -> list[WidgetInstance]:
    """Give 4 widgets: data, data with an error, only an error, nothing."""
    made = await shelf(hub_store, 4)
    now = reactor.seconds()
    await cache.set(key(made[0]), Cached([], time=now - 7300))
    # By a clock that is ahead, so that it is still young when somebody looks.
    await cache.set(
        key(made[1]), Cached([], time=now + 600, error="ValueError: no lamps", failed_at=now)
    )
    await cache.set(key(made[2]), Cached(error="ValueError: no lamps", failed_at=now))
    return made


async def test_coverage_says_what_the_operators_page_says(
    hub_store: HubStore, cache: FileCache, fedora_hubs: Command
) -> None:
    for widget in (await shelf(hub_store, 202))[:107]:
        await cache.set(key(widget), Cached([], time=1.0))
    said = fedora_hubs("cache", "coverage")
    assert said.stdout == (
        "107 cached values found, 95 are missing.\n52.97 percent cache coverage.\n"
    )
    assert (said.returncode, said.stderr) == (0, "")
    said = fedora_hubs("cache", "coverage", "--json")
    assert json.loads(said.stdout) == {"found": 107, "missing": 95, "percent": 52.97}


def test_coverage_of_nothing_is_whole(fedora_hubs: Command) -> None:
    assert fedora_hubs("cache", "coverage").stdout == (
        "0 cached values found, 0 are missing.\n100.00 percent cache coverage.\n"
    )


@pytest.mark.parametrize(
    ("warning", "critical", "status", "word"),
    [(50, 25, 0, "OK"), (51, 25, 1, "WARNING"), (90, 50.1, 2, "CRITICAL")],
)
def test_coverage_answers_as_a_plug_in(
    widgets: list[WidgetInstance],
    fedora_hubs: Command,
    warning: float,
    critical: float,
    status: int,
    word: str,
) -> None:
    said = fedora_hubs("cache", "coverage", "--warning", str(warning), "--critical", str(critical))
    assert said.returncode == status
    assert said.stdout == (
        f"CACHE {word} - 50.00 percent cache coverage | "
        f"coverage=50.00%;{warning}:;{critical}:;0;100 found=2;;;0;4 missing=2;;;0;4\n"
    )


def test_a_plug_in_that_cannot_tell_says_unknown_in_one_line(fedora_hubs: Command) -> None:
    away = {"FEDORA_HUBS_DATABASE__URL": "postgresql://abe:secret@127.0.0.1:1/hubs"}
    said = fedora_hubs("cache", "coverage", "--warning", "50", **away)
    assert said.returncode == 3
    assert said.stdout.startswith("CACHE UNKNOWN - PostgreSQL cannot be reached: ")
    assert said.stdout.count("\n") == 1
    assert "secret" not in said.stdout + said.stderr
    for words in (("--warning", "many"), ("--critical", "101"), ("--warning", "1", "--json")):
        assert fedora_hubs("cache", "coverage", *words).returncode == 3
    assert fedora_hubs("cache", "coverage", "--fish").returncode == 2


def test_list_shows_the_widgets_with_data(
    widgets: list[WidgetInstance], fedora_hubs: Command, settings_file: Path
) -> None:
    assert fedora_hubs("cache", "list").stdout == (
        "ID  WIDGET   HUB        CACHED  OLDEST       LAST ERROR\n"
        "2   members  /t/lamps/  1 of 1  2 hours ago\n"
        "3   members  /t/lamps/  1 of 1  just now     ValueError: no lamps\n"
    )
    seen = on_terminal("fedora-hubs", "cache", "list", FEDORA_HUBS_CONFIG=str(settings_file))
    assert re.search(r"Widgets  \[#+\] +100%", seen)
    rows = json.loads(fedora_hubs("cache", "list", "--json").stdout)
    assert [row["id"] for row in rows] == [2, 3]
    assert rows[1] == {
        "id": 3,
        "name": "members",
        "hub": "/t/lamps/",
        "cached": 1,
        "functions": 1,
        "oldest": pytest.approx(reactor.seconds() + 600, abs=600),
        "error": "ValueError: no lamps",
    }


def test_list_of_nothing_says_what_comes(fedora_hubs: Command) -> None:
    assert fedora_hubs("cache", "list").stdout.startswith("No widget has cached data.")
    assert fedora_hubs("cache", "list", "--json").stdout == "[]\n"


async def test_clean_takes_numbers_and_names(
    widgets: list[WidgetInstance], fedora_hubs: Command, settings_file: Path, cache: FileCache
) -> None:
    said = fedora_hubs("cache", "clean", str(widgets[0].id))
    assert (said.stdout, said.returncode) == ("Cleaned 1 cached value.\n", 0)
    assert set(await cache.get_many(map(key, widgets))) == {key(widgets[1]), key(widgets[2])}
    words = ("cache", "clean", "members", str(widgets[1].id), "about")
    seen = on_terminal("fedora-hubs", *words, FEDORA_HUBS_CONFIG=str(settings_file))
    assert "Cleaned 2 cached values." in seen
    assert re.search(r"Widgets  \[#+\] +100%", seen)
    assert await cache.get_many(map(key, widgets)) == {}


async def test_clean_names_what_is_no_widget_and_then_cleans_nothing(
    widgets: list[WidgetInstance], fedora_hubs: Command, cache: FileCache
) -> None:
    for word, complaint in (
        ("fish", "There is no widget 'fish', expected the number of a widget or one of: about,"),
        ("999", "There is no widget 999."),
        ("99999999999999999999", "There is no widget 99999999999999999999."),
    ):
        said = fedora_hubs("cache", "clean", str(widgets[0].id), word)
        assert (said.returncode, said.stdout) == (2, "")
        assert complaint in said.stderr
    assert key(widgets[0]) in await cache.get_many([key(widgets[0])])
    assert "Missing argument 'WIDGETS...'" in fedora_hubs("cache", "clean").stderr


def test_the_help_is_that_of_the_operators_page(fedora_hubs: Command) -> None:
    text = fedora_hubs("--help").stdout
    assert "Usage: fedora-hubs [OPTIONS] COMMAND [ARGS]..." in text
    for name, sentence in (
        ("cache", "Cache-related operations."),
        ("fas", "FAS-related operations."),
        ("run", "Run daemon processes."),
    ):
        assert re.search(rf"\n  {name} +{sentence}\n", text)
    text = fedora_hubs("cache").stderr
    assert "Usage: fedora-hubs cache [OPTIONS] COMMAND [ARGS]..." in text
    assert "\n  Cache-related operations.\n" in text
    for line in (
        "clean     Clean the specified WIDGETs (id or name).",
        "coverage  Check the cache coverage.",
        "list      List widgets for which there is cached data.",
    ):
        assert f"\n  {line}\n" in text


def test_the_shell_completes_names_of_widgets(fedora_hubs: Command) -> None:
    words = {"COMP_WORDS": "fedora-hubs cache clean m", "COMP_CWORD": "3"}
    said = fedora_hubs(_FEDORA_HUBS_COMPLETE="bash_complete", **words)
    assert "plain,members" in said.stdout


async def test_a_cache_that_is_away_is_named(
    widgets: list[WidgetInstance], fedora_hubs: Command
) -> None:
    for backend, complaint in (
        ("memcached", "Error: memcached at tcp:127.0.0.1:1 cannot be reached: Connection was"),
        ("redis", "Error: Redis gave no answer within 2 seconds"),
    ):
        said = fedora_hubs(
            *("cache", "clean", "members"),
            FEDORA_HUBS_CACHE__BACKEND=backend,
            FEDORA_HUBS_CACHE__MEMCACHED="tcp:127.0.0.1:1",
            FEDORA_HUBS_CACHE__REDIS_URL="redis://127.0.0.1:1",
        )
        assert said.returncode == 1
        assert said.stderr.startswith(complaint), said.stderr
        assert said.stderr.count("\n") == 1
