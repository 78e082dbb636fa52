"""A widget from another package: as the command writes it, installed beside Hubs, and at work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_twisted
from click.testing import CliRunner

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.cli.main import main
from hubs.cli.widget import skeleton
from hubs.klein_app.login.way import WayIn
from hubs.klein_app.sessions import COOKIE, RedisSessions
from hubs.model.entry import Entry
from hubs.model.hub import HubType
from hubs.model.person import Role
from hubs.model.viewer import NOBODY
from hubs.redis import Redis
from hubs.widgets.base import cache_key
from hubs.widgets.registry import Registry
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import NOON, MakeApp, Town
from tests.klein_app.serving import serving
from tests.until import PATIENCE

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a package as the command writes it."""
    folder = tmp_path_factory.mktemp("written") / "package"
    done = CliRunner().invoke(main, ["widget", "new", "mentions", str(folder)])
    assert done.exit_code == 0, done.output
    assert f"pip install -e {folder}" in done.output
    return folder


@pytest.fixture(scope="module")
def beside(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder where it is installed, beside the packages of this environment."""
    site = tmp_path_factory.mktemp("site")
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", *install, "--target", str(site), str(written)]
    subprocess.run(command, check=True, timeout=PATIENCE)
    return site


def test_the_tests_of_a_new_package_pass(written: Path, beside: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(written)],
        env={**os.environ, "PYTHONPATH": str(beside)},
        cwd=written,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b8 passed", done.stdout)


def test_a_new_package_is_tidy(written: Path) -> None:
    for check in (["check", "--select", "E,F,B,UP"], ["format", "--check"]):
        command = [str(Path(sys.executable).with_name("ruff")), *check, "--isolated"]
        done = subprocess.run(
            [*command, "--line-length", "100", str(written)],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout


def test_the_documentation_shows_what_the_command_writes() -> None:
    page = (DOCS / "widgets.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    files = skeleton("mentions", "hubs-widget-mentions")
    assert shown == {path: text for path, text in files.items() if path in shown}
    assert set(files) - set(shown) == {"README.md", "hubs_widget_mentions/__init__.py"}


@pytest.fixture
def registry(beside: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Give the widgets of an environment that has the package too."""
    monkeypatch.syspath_prepend(str(beside))
    return Registry.from_entry_points()


@pytest_twisted.async_yield_fixture
async def owner(
    make_app: MakeApp, way_in: WayIn, town: Town, redis: Redis
) -> AsyncIterator[Browser]:
    """Give the browser of zoe, who owns a team."""
    hub = await town.team("lamps")
    zoe = await town.known("zoe")
    await town.stores.hubs.set_role(hub.id, "zoe", "Zoe", Role.OWNER)
    session = await RedisSessions(redis, 3600).begin(zoe, confidential=False)
    async with serving(make_app(way_in=way_in).resource()) as visitor:
        yield Browser(visitor, {COOKIE.decode(): session.identifier})


async def test_a_widget_of_another_package_is_in_the_catalogue_and_works(
    owner: Browser, town: Town, registry: Registry, cache: FileCache
) -> None:
    catalogue = await owner.get("/t/lamps/arrange/add/")
    assert "Counts how often a word was said here." in catalogue.text
    assert "“release” was said 7 times. teacup made a release" in catalogue.text
    form = await owner.get("/t/lamps/arrange/add/mentions/")
    fields = {"set-word": "wick", "column": "main", "visibility": "public"}
    answer = await owner.press(form, "/t/lamps/arrange/add/mentions/", **fields)
    assert answer.status == 303, answer.text
    view = await town.stores.hubs.page(HubType.TEAM, "lamps", NOBODY)
    assert view is not None
    hub, [widget], kind = view.hub, view.widgets, registry.widgets["mentions"]
    page = await owner.get("/t/lamps/")
    assert "Mentions Being fetched." in page.text
    entry = Entry("m1", NOON, "lamp.lit", "abe trimmed the wick")
    await town.stores.feeds.add(hub.feed, entry)
    [function] = kind.functions
    found = await function.execute(hub, widget, town.stores)
    await cache.set(cache_key(widget, function), Cached(found, time=NOON))
    page = await owner.get("/t/lamps/")
    assert "“wick” was said 1 times. abe trimmed the wick" in page.text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Wick", "got 'Wick', expected up to 40 small letters"),
        ("wick-oil", "got 'wick-oil', expected"),
        ("9lives", "got '9lives', expected"),
        ("feed", "there is a widget 'feed' already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["widget", "new", name, str(tmp_path / "new")])
    assert done.exit_code == 2
    assert reason in done.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = CliRunner().invoke(main, ["widget", "new", "mentions", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not empty" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_stands_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(main, ["widget", "new", "mentions", str(tmp_path / "file" / "new")])
    assert done.exit_code == 1
    assert "cannot be written: Not a directory" in done.output
