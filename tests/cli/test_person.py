"""``fedora-hubs person`` as an operator types it, on every kind of store."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import attrs
import pymongo
import pytest
import pytest_twisted
from click.testing import CliRunner
from twisted.internet import reactor
from twisted.internet.threads import deferToThread

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.cli.main import main
from hubs.cli.traces import ON_ITS_WAY, Traces
from hubs.config_file import load
from hubs.database.bookmark_store import BookmarkStore
from hubs.database.person_records import FORGOTTEN, LastOwnerError, PersonRecords
from hubs.database.stream_store import StreamStore
from hubs.klein_app.sessions import RedisSessions
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role
from hubs.model.stream import Answer, Ask, Hide, mentions_feed, stream_feed
from hubs.model.viewer import Viewer
from hubs.pipeline.burial import DEAD
from hubs.pipeline.later import LATER
from hubs.pipeline.queue import MESSAGES, NewItem
from hubs.redis import Redis
from hubs.twistd_plugins.parts import Parts
from hubs.widgets.coverage import cache_keys
from hubs.widgets.defaults import person_widgets, team_widgets
from tests.cli.conftest import Command
from tests.killable import MongoServer
from tests.processes import on_terminal

NAME, FULL_NAME = "zoe", "Zoë Žebra"
OF_BOTH = Entry(
    *("m1", 1.0, "bodhi.update.comment"),
    sentence="zoe's update was praised by abe, and zoenix too",
    link="https://example.org/users/zoe",
    agent="abe",
    people=("abe", "zoe"),
    target="zoe/lamp",
    several="zoe was praised {count} times",
    brief='{"user": "zoe"}',
)
ANONYMOUS = attrs.evolve(
    OF_BOTH,
    sentence="somebody's update was praised by abe, and zoenix too",
    link="",
    people=("abe",),
    target="",
    several="somebody was praised {count} times",
    brief="",
)


@attrs.frozen
class World:
    """People and teams in all stores.

    Attributes:
        parts: The stores.
        zoe: Who is to be forgotten.
        abe: Somebody else.
        own: The hub of the first.
        lamps: A team of both.
        more: What the command must be told of the stores.
    """

    parts: Parts
    zoe: Viewer
    abe: Viewer
    own: Hub
    lamps: Hub
    more: dict[str, str]


@pytest.fixture(params=["postgresql and files", "mongodb and redis"])
def store_settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """Say where feeds and the cache are, which are empty."""
    if request.param == "postgresql and files":
        return {}
    server: MongoServer = request.getfixturevalue("mongo_server")
    url = server.url_of("persons")
    with _client(url) as client:
        client.drop_database("persons")
    return {
        "FEDORA_HUBS_FEEDS__STORE": "mongodb",
        "FEDORA_HUBS_FEEDS__URL": url,
        "FEDORA_HUBS_CACHE__BACKEND": "redis",
    }


def _client(url: str) -> pymongo.MongoClient[dict[str, object]]:  # noqa: TID251
    return pymongo.MongoClient(url)  # noqa: TID251


#: What is the same wherever things are kept.
once = pytest.mark.parametrize("store_settings", ["postgresql and files"], indirect=True)


@pytest_twisted.async_yield_fixture
async def world(
    store_settings: dict[str, str],
    settings_file: Path,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    more = store_settings
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    parts = Parts(load(settings_file), reactor)
    parts.service.startService()
    del redis  # Emptied.
    abe = await parts.people.welcome("abe", "Abe", person_widgets())
    zoe = await parts.people.welcome(NAME, FULL_NAME, person_widgets())
    own = await parts.hubs.hub_named(HubType.USER, NAME)
    assert own is not None
    lamps = await parts.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    world = World(parts, zoe, abe, own, lamps, more)
    await _fill(world)
    yield world
    await parts.service.stopService()


async def _fill(world: World) -> None:
    parts, zoe, abe = world.parts, world.zoe, world.abe
    for viewer in (zoe, abe):
        await parts.hubs.set_role(world.lamps.id, viewer.username, viewer.full_name, Role.OWNER)
    pool = parts.hubs.pool
    await pool.run(
        "INSERT INTO audit (hub_id, actor, action, subject, details) "
        "VALUES (%s, 'zoe', 'user.role.added', 'abe', '{\"role\": \"member\"}')",
        (world.lamps.id,),
    )
    await pool.run(
        'INSERT INTO removed_widgets (id, hub_id, plugin, "column", position, config, visibility,'
        " hidden, version, created, actor) "
        "VALUES (99, %s, 'about', 'main', 0, '{}', 'public', false, 1, now(), 'zoe')",
        (world.lamps.id,),
    )
    await pool.run(
        "INSERT INTO tokens (person_id, name, digest, may_write, made, ends) "
        "VALUES (%s, 'my script', 'secret', true, now(), now())",
        (zoe.person_id,),
    )
    streams = StreamStore(pool)
    for viewer in (zoe, abe):
        await streams.save(viewer.person_id, OF_BOTH)
        await streams.hide(viewer.person_id, Hide(world.lamps.id, None))
        await BookmarkStore(pool).arrange(viewer, [world.lamps.id])
        await RedisSessions(parts.redis, 3600).begin(viewer, confidential=True)
    await streams.ask(Ask("ask 1", ("abe", "zoe")), OF_BOTH)
    await streams.answer(Answer("ask 1", NAME), 2.0)
    feeds = parts.stores.feeds
    for feed in (
        *(world.own.feed, world.lamps.feed, stream_feed(zoe.person_id)),
        *(mentions_feed(zoe.person_id), mentions_feed(abe.person_id)),
    ):
        await feeds.add(feed, OF_BOTH)
    await _fill_cache(world)
    for name in (NAME, "abe"):
        item = json.dumps({"body": f"what {name} did"})
        said = ("queue", "hubs:work", "item", item, "error", "It failed", "time", "1.0")
        await parts.redis.execute_command("XADD", DEAD, "*", *said)


async def _fill_cache(world: World) -> None:
    """Give the team its widgets, and let one of them have found who is who."""
    parts = world.parts
    for widget in team_widgets("Words"):
        placed = attrs.evolve(widget, hub_id=world.lamps.id)
        functions = parts.people.functions(world.lamps, placed)
        await parts.hubs.create_widget(placed, functions)
    keys = [
        key
        for hub, widget in await parts.hubs.widget_page(0, 500, None)
        if hub.id == world.lamps.id
        for key in cache_keys(parts.registry, widget).values()
    ]
    assert keys
    for key in keys:
        await parts.cache.set(key, Cached({"members": [NAME]}, 1.0))


async def everything(world: World, cache: FileCache) -> str:
    """Write down all that is in all stores."""
    pool, redis = world.parts.hubs.pool, world.parts.redis
    said = []
    for (table,) in await pool.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        said += [str(row) for row in await pool.query(f"SELECT t::text FROM {table} AS t")]
    for key in await redis.execute_command("KEYS", "*"):
        kind = await redis.execute_command("TYPE", key)
        read = {
            "string": ("GET", key),
            "set": ("SMEMBERS", key),
            "hash": ("HGETALL", key),
            "zset": ("ZRANGE", key, 0, -1),
            "stream": ("XRANGE", key, "-", "+"),
        }[kind]
        said.append(f"{key} {await redis.execute_command(*read)}")
    said += [file.read_text() for file in cache.folder.glob("*")]
    url = world.more.get("FEDORA_HUBS_FEEDS__URL")
    if url:
        with _client(url) as client:
            said += [str(one) for one in client.get_default_database()["feeds"].find()]
    return "\n".join(sorted(said)).replace("zoenix", "")


async def traces(world: World, name: str = NAME) -> Traces:
    return Traces(world.parts, await PersonRecords(world.parts.hubs.pool).find(name))


async def test_everything_is_exported(world: World) -> None:
    found = json.loads(json.dumps(await (await traces(world)).export()))
    assert found["tables"]["account"][0]["full_name"] == FULL_NAME
    assert {row["hub"] for row in found["tables"]["roles"]} == {"/u/zoe/", "/t/lamps/"}
    tables = {"hides", "saved_entries", "bookmarks", "asks", "audit", "answers", "hub.widgets"}
    assert tables <= set(found["tables"])
    assert found["tables"]["tokens"][0]["name"] == "my script"
    assert "digest" not in found["tables"]["tokens"][0]
    entry = json.loads(json.dumps(OF_BOTH.to_dict()))
    assert list(found["feeds"].values()) == [[entry]] * 3
    assert {one["feed"] for one in found["entries_of_others_that_name_them"]} == {
        world.lamps.feed,
        mentions_feed(world.abe.person_id),
    }
    assert [one["under_tls"] for one in found["sessions"]] == [True]
    assert found["cached_values"]
    assert len(found["items_that_failed"]) == 1


async def test_afterwards_nothing_holds_the_name_and_what_is_of_others_is_anonymous(
    world: World, cache: FileCache
) -> None:
    parts, pool = world.parts, world.parts.hubs.pool
    before = await everything(world, cache)
    assert NAME in before
    kept = await traces(world)
    said = {trace.what: trace.count for trace in await kept.look()}
    assert await everything(world, cache) == before
    assert said["account"] == said["hub"] == said["sessions"] == 1
    assert said["entries in feeds"] == 2
    assert said["feeds"] == 3
    assert said["cached values"] > 0
    await kept.forget()
    assert not await kept.left()
    after = await everything(world, cache)
    assert NAME not in after
    assert FULL_NAME not in after
    assert json.dumps(FULL_NAME) not in after

    assert await parts.stores.feeds.entries(world.lamps.feed) == [ANONYMOUS]
    streams = StreamStore(pool)
    assert await streams.saved(world.abe.person_id) == [ANONYMOUS]
    assert await streams.waiting(world.abe.person_id) == [ANONYMOUS]
    assert await pool.query(
        "SELECT actor, subject, details FROM audit WHERE hub_id = %s",
        (world.lamps.id,),
    ) == [(FORGOTTEN, "abe", {"role": "member"})]
    assert [one.username for one in await parts.hubs.members(world.lamps.id)] == ["abe"]
    assert len(await parts.session_store.described(world.abe.person_id)) == 1
    assert int(await parts.redis.execute_command("XLEN", DEAD)) == 1
    assert not await (await traces(world)).look()

    # What names nobody by their account name, but in its words.
    for words in ("praised by Zoë Žebra", "praised by Zoë Žebrasová", "zoe's"):
        entry = attrs.evolve(ANONYMOUS, id=words, sentence=words)
        await parts.stores.feeds.add(world.lamps.feed, entry)
    assert await kept.left() == {"feeds": 2}


@once
async def test_the_last_owner_of_a_team_stays(world: World) -> None:
    query = "DELETE FROM roles WHERE hub_id = %s AND person_id = %s"
    await world.parts.hubs.pool.run(query, (world.lamps.id, world.abe.person_id))
    kept = await traces(world)
    for refused in (kept.look, kept.forget):
        with pytest.raises(LastOwnerError, match="zoe is the last owner of /t/lamps/: make some"):
            await refused()
    assert await world.parts.hubs.hub_named(HubType.USER, NAME) == world.own
    assert len(await world.parts.session_store.described(world.zoe.person_id)) == 1


@once
async def test_who_is_called_like_a_word_of_the_audit_trail_takes_nothing_from_it(
    world: World,
) -> None:
    pool = world.parts.hubs.pool
    trail = "SELECT details FROM audit WHERE hub_id = %s"
    before = await pool.query(trail, (world.lamps.id,))
    for name in ("member", "role"):
        await world.parts.people.welcome(name, name.title(), person_widgets())
        await (await traces(world, name)).forget()
    assert await pool.query(trail, (world.lamps.id,)) == before


@once
async def test_what_is_on_its_way_is_found(world: World) -> None:
    kept = await traces(world)
    await kept.forget()
    # As JSON writes it, in which what comes before the name is no letter.
    said = json.dumps({"msg": ["By\n" + FULL_NAME]})
    items = [NewItem({"body": text}) for text in ("zoe did it", "abe did", said)]
    await world.parts.messages.put(items)
    await world.parts.redis.execute_command("ZADD", LATER, 1, json.dumps({"item": said}))
    read: list[int] = []
    kept.read = read.append
    assert await kept.left() == {MESSAGES: 2, LATER: 1}
    assert sum(read) == await kept.size(*ON_ITS_WAY) > len(read)


@once
async def test_the_command_writes_asks_forgets_and_says_what_is_left(
    world: World, fedora_hubs: Command, settings_file: Path, tmp_path: Path
) -> None:
    command = partial(deferToThread, fedora_hubs, "person", **world.more)
    await world.parts.hubs.pool.run(
        "UPDATE hubs SET summary = 'Ask zoe (or Zoë Žebra)' WHERE id = %s", (world.lamps.id,)
    )
    file = tmp_path / "zoe.json"
    said = await command("export", NAME, "--output", file)
    assert said.stdout == f"All that is kept about zoe is in {file}, {file.stat().st_size} bytes.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["person"] == NAME
    look = ("fedora-hubs", "person", "forget", NAME, "--dry-run", "--config", settings_file)
    seen = await deferToThread(on_terminal, *look, **world.more)
    assert re.search(r"Reading  \[#+\] +100%", seen)
    # Nobody says yes here.
    said = await command("forget", NAME)
    assert said.returncode == 1
    assert "Forget zoe for ever? [y/N]" in said.stdout
    assert said.stderr.endswith("Aborted!\n")
    said = await command("forget", NAME, "--yes")
    assert said.returncode == 1
    assert "\nzoe is forgotten.\n" in said.stdout
    assert "hubs of /t/lamps/  1\n" in said.stdout
    said = await command("forget", "nobody", "--yes")
    assert said.returncode == 1
    assert said.stderr == "Error: Nothing is kept about 'nobody'; an account name was expected.\n"


def test_what_cannot_be_an_account_name_is_refused() -> None:
    for word in ("export", "forget"):
        said = CliRunner().invoke(main, ["person", word, "a b"])
        assert said.exit_code == 2
        assert "'a b' is no account name" in said.output
