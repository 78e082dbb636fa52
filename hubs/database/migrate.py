"""Brings the schema of a database up to date.

It blocks, because Alembic does: it is for commands, and for what runs before the reactor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Any

import alembic.command
import alembic.config
import attrs
import psycopg2
import sqlalchemy
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

#: Held while a database is upgraded, so that two machines do it one after the other.
LOCK = 0x4855_4253
CONNECT_TIMEOUT = 10


class MigrationError(Exception):
    """The database could not be brought up to date; the sentence says why."""


@attrs.frozen
class Step:
    """How far a database is.

    Attributes:
        current: The last step that was applied to it; None for an empty one.
        head: The last step there is.
    """

    current: str | None
    head: str

    @property
    def up_to_date(self) -> bool:
        """Whether it lacks nothing."""
        return self.current == self.head


def upgrade(url: str, say: Callable[[str], None], to: str = "head") -> None:
    """Apply the steps that a database lacks, all in one transaction.

    Args:
        url: Where the database is, as libpq knows it.
        say: Is told each thing done, as a sentence.
        to: The last step to apply.

    Raises:
        MigrationError: The database cannot be reached, is newer than this program, or
            refused a step.
    """
    with _connected(url) as (config, connection):
        _apply(config, connection, say, to)


def look(url: str) -> Step:
    """Say how far a database is.

    Args:
        url: Where the database is, as libpq knows it.

    Returns:
        Its step and ours.

    Raises:
        MigrationError: The database cannot be reached, or is newer than this program.
    """
    with _connected(url) as (config, connection):
        steps = ScriptDirectory.from_config(config)
        return Step(_current(steps, connection), steps.get_revision("head").revision)


@contextmanager
def _connected(url: str) -> Iterator[tuple[alembic.config.Config, Any]]:
    """Give what Alembic needs, in a transaction that nobody else has at the same time."""
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg2://",
        creator=lambda: psycopg2.connect(url, connect_timeout=CONNECT_TIMEOUT),
    )
    try:
        with engine.begin() as connection, as_file(files("hubs.database")) as folder:
            config = alembic.config.Config()
            config.set_main_option("script_location", str(folder / "migrations"))
            config.attributes["connection"] = connection
            connection.execute(
                sqlalchemy.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK}
            )
            yield config, connection
    except sqlalchemy.exc.DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise MigrationError(f"The database cannot be used: {reason}") from error
    finally:
        engine.dispose()


def _current(steps: ScriptDirectory, connection: Any) -> str | None:
    known = {step.revision for step in steps.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise MigrationError(
            f"The database is at step {current!r}, which this version of Hubs does not know: "
            f"expected one of {', '.join(sorted(known))}. Install the newer version."
        )
    return current


def _apply(
    config: alembic.config.Config, connection: Any, say: Callable[[str], None], to: str
) -> None:
    steps = ScriptDirectory.from_config(config)
    before = _current(steps, connection)
    head = steps.get_revision(to).revision
    if before == head:
        say(f"The database is up to date, at step {head}.")
        return
    missing = list(steps.iterate_revisions(to, before or "base"))
    alembic.command.upgrade(config, to)
    for step in reversed(missing):
        say(f"Applied step {step.revision}: {step.doc}")
    say(f"The database is now at step {head}.")
