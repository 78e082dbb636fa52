"""A program with a mistake in it, as whoever types a command sees it."""

from __future__ import annotations

import re
from pathlib import Path

from hubs.cli.mistakes import EXIT_STATUS
from tests.processes import run


def test_a_mistake_is_one_line_and_a_file_that_has_all_of_it(tmp_path: Path) -> None:
    # An installation that is broken, so that what a command imports is.
    broken = tmp_path / "alembic"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ValueError('this lamp\\nis broken')\n")
    more = {"PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path)}
    done = run("fedora-hubs", "db", "check", **more)
    assert done.returncode == EXIT_STATUS
    assert done.stdout == ""
    found = re.fullmatch(
        r"Error: this is a mistake of Hubs: ValueError: this lamp is broken\. "
        r"All of it is in (\S+); please report it with that\.\n",
        done.stderr,
    )
    assert found, done.stderr
    log = Path(found[1])
    assert log.stat().st_mode & 0o777 == 0o600
    text = log.read_text()
    assert text.startswith("Fedora Hubs ")
    assert "Traceback (most recent call last):" in text
    assert str(broken) in text


def test_where_nothing_can_be_written_it_is_one_line_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "alembic.py").write_text("raise ValueError\n")
    # Python would find another place for temporary files.
    (tmp_path / "sitecustomize.py").write_text("import tempfile; tempfile.tempdir = '/nowhere'\n")
    done = run("fedora-hubs", "db", "check", PYTHONPATH=str(tmp_path))
    assert done.returncode == EXIT_STATUS
    assert done.stderr.startswith("Error: this is a mistake of Hubs: ValueError. All of it could")
    assert done.stderr.count("\n") == 1
