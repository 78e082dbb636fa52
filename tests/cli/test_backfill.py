"""``fedora-hubs backfill`` as an operator types it, with a local datagrepper and a real Redis."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import click
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from hubs.cli.backfill import span
from hubs.cli.moment import MomentType
from hubs.pipeline.queue import MESSAGES
from hubs.redis import Redis
from tests.cli.conftest import Command
from tests.processes import on_terminal, running
from tests.sources.archive import Archive, ids_in
from tests.sources.outside import Outside, says
from tests.until import PATIENCE, until

HOUR = 3600.0
#: When the first message was sent: in the middle of a minute some hours ago.
START = reactor.seconds() // 60 * 60 - 4 * HOUR + 30
Done = subprocess.CompletedProcess[str]
#: Runs ``fedora-hubs backfill`` while the local datagrepper answers.
Run = Callable[..., Deferred[Done]]


@pytest_twisted.async_yield_fixture
async def archive() -> AsyncIterator[Archive]:
    """Give a datagrepper with a message a minute for three hours."""
    outside = Outside()
    outside.open()
    archive = Archive(outside)
    archive.fill(180, START, 60.0)
    yield archive
    await outside.close()


@pytest.fixture
def settings(settings_file: Path, archive: Archive, redis: Redis) -> Path:
    """Give a settings file for an empty Redis and the local datagrepper."""
    with settings_file.open("a") as file:
        file.write(f"[services]\ndatagrepper = '{archive.url}'\n")
    return settings_file


@pytest.fixture
def backfill(settings: Path, fedora_hubs: Command) -> Run:
    def run(*words: str, **more: str) -> Deferred[Done]:
        return deferToThread(fedora_hubs, "backfill", *words, **more)

    return run


def at(hours: float) -> str:
    """Write a time so many hours after the first message, as people do."""
    time = datetime.datetime.fromtimestamp(START + hours * HOUR - 30, datetime.UTC)
    return f"{time:%Y-%m-%dT%H:%M}"


async def queued(redis: Redis) -> list[str]:
    return ids_in(await redis.execute_command("XRANGE", MESSAGES, "-", "+"))


async def test_what_was_missed_is_in_the_queue(
    backfill: Run, archive: Archive, redis: Redis
) -> None:
    done = await backfill("--since", at(1))
    assert (done.returncode, done.stdout) == (0, "120 messages are in the queue\n")
    assert await queued(redis) == archive.ids[-120:]
    first, *steps = done.stderr.splitlines()
    assert first.startswith("Asking for what was sent from 20")
    assert 2 <= len(steps) <= 10
    assert steps[-1].endswith(" UTC: 120 messages")


async def test_filters_an_end_and_what_is_refused(
    backfill: Run, archive: Archive, redis: Redis
) -> None:
    archive.fill(2, START + HOUR, 1.0, "wiki.article.edit")
    archive.records[-1]["body"] = "text"
    archive.fill(1, START + 2 * HOUR, 1.0, "wiki.article.edit")
    done = await backfill("--since", at(0), "--until", at(2), "--category", "wiki")
    assert done.stdout == "1 messages are in the queue; 1 refused: no msg\n"
    assert await queued(redis) == archive.ids[180:181]


@pytest.mark.parametrize(
    ("since", "until_", "complaint"),
    [
        ("15 days", None, "expected a time of the last 14 days"),
        ("1h", "2h", "got 2026-11-24 11:00 UTC, expected a time before that of --until"),
        ("2999-01-01", None, "got 2999-01-01 00:00 UTC, expected a time before"),
    ],
)
def test_a_span_that_cannot_be_is_named(since: str, until_: str | None, complaint: str) -> None:
    first, last = (
        None if text is None else MomentType().convert(text, None, None) for text in (since, until_)
    )
    with pytest.raises(click.BadParameter) as caught:
        span(first, last, 1_795_521_600.0)
    assert complaint in str(caught.value)


async def test_who_says_no_time_has_to_have_been_interrupted(
    backfill: Run, archive: Archive
) -> None:
    done = await backfill()
    assert (done.returncode, archive.searches) == (2, [])
    assert "No such run was interrupted: say --since, as in --since 2h" in done.stderr
    done = await backfill("--since", "15 days")
    assert (done.returncode, archive.searches) == (2, [])
    assert "Invalid value for --since: got 20" in done.stderr


async def test_a_wrong_address_or_answer_is_named(backfill: Run, archive: Archive) -> None:
    wrong = archive.outside.url("/fish")
    done = await backfill("--since", "1h", FEDORA_HUBS_SERVICES__DATAGREPPER=wrong)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"Error: {archive.outside.host} has nothing there (HTTP status 404); "
        "see the setting services.datagrepper"
    )
    archive.troubles[1] = says(b"<html>")
    done = await backfill("--since", "1h")
    assert done.returncode == 1
    assert f"Error: {archive.outside.host} answered with what is no JSON;" in done.stderr


async def test_redis_that_is_away_is_named(backfill: Run, archive: Archive) -> None:
    done = await backfill("--since", "1h", FEDORA_HUBS_REDIS__URL="redis://127.0.0.1:1")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


async def test_a_datagrepper_that_is_away_for_long_ends_it_with_a_status_of_its_own(
    backfill: Run, archive: Archive
) -> None:
    archive.troubles[2] = says({}, 429, retry_after="3600")
    done = await backfill("--since", at(1))
    assert done.returncode == os.EX_TEMPFAIL
    error, advice = done.stderr.splitlines()[-2:]
    assert error.startswith(f"Error: {archive.outside.host} wants no more requests for now; the n")
    assert advice == "What was fetched is kept: call it again later to go on."


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_a_run_that_is_killed_goes_on_where_it_was(
    how: signal.Signals,
    backfill: Run,
    archive: Archive,
    redis: Redis,
    settings: Path,
    tmp_path: Path,
) -> None:
    archive.troubles[4] = archive.outside.hang
    log = tmp_path / "log"
    words = ("fedora-hubs", "backfill", "--since", at(0), "-c", str(settings))
    with running(*words, log=log) as process:
        await until(lambda: len(archive.searches) == 4)
        process.send_signal(how)
        status = await deferToThread(process.wait, PATIENCE)
    before = await queued(redis)
    assert 0 < len(before) < 180
    if how is signal.SIGINT:
        assert status == 1
        assert "Interrupted; fedora-hubs backfill goes on from here." in log.read_text()
        assert "Traceback" not in log.read_text()
    position = archive.searches[-1]["start"]
    archive.searches.clear()
    done = await backfill()
    assert done.returncode == 0
    assert archive.searches[0]["start"] == position
    found = await queued(redis)
    # Maybe the one that was sent just where it ended.
    assert len(found) <= 181
    assert set(found) == {*archive.ids}
    assert (await backfill()).returncode == 2


async def test_who_looks_at_it_sees_a_bar(settings: Path, archive: Archive) -> None:
    said = await deferToThread(
        on_terminal, "fedora-hubs", "backfill", "--since", at(1), "-c", settings
    )
    assert "Fetching  [" in said
    assert "100%" in said
    assert "120 messages are in the queue" in said
