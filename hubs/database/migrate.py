"""Brings the schema of a database up to date.

It blocks, because Alembic does: it is for commands, and for what runs before the reactor.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any

import alembic.command
import alembic.config
import psycopg2
import sqlalchemy
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

#: Held while a database is upgraded, so that two machines do it one after the other.
LOCK = 0x4855_4253
CONNECT_TIMEOUT = 10


class MigrationError(Exception):
    """The database could not be brought up to date; the sentence says why."""


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
            _apply(config, connection, say, to)
    except sqlalchemy.exc.DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise MigrationError(f"The database could not be upgraded: {reason}") from error
    finally:
        engine.dispose()


def _apply(
    config: alembic.config.Config, connection: Any, say: Callable[[str], None], to: str
) -> None:
    steps = ScriptDirectory.from_config(config)
    known = {step.revision for step in steps.walk_revisions()}
    before = MigrationContext.configure(connection).get_current_revision()
    if before is not None and before not in known:
        raise MigrationError(
            f"The database is at step {before!r}, which this version of Hubs does not know: "
            f"expected one of {', '.join(sorted(known))}. Install the newer version."
        )
    head = steps.get_revision(to).revision
    if before == head:
        say(f"The database is up to date, at step {head}.")
        return
    missing = list(steps.iterate_revisions(to, before or "base"))
    alembic.command.upgrade(config, to)
    for step in reversed(missing):
        say(f"Applied step {step.revision}: {step.doc}")
    say(f"The database is now at step {head}.")
