"""Where a private server lives: the wanted folder, or one of our own that its account can reach."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hubs.demo.account import Account
from hubs.demo.server_program import ServerError

#: The longest address of a Unix socket that every system takes, in bytes.
LONGEST_ADDRESS = 100
#: The link in the wanted folder that leads to the home, when that is elsewhere.
LINK = "moved-to"


def check_ours(folder: Path, mark: str) -> None:
    """Refuse a folder that holds somebody's things.

    Args:
        folder: What was asked for; it need not exist.
        mark: The name of a file that only a folder of ours holds.

    Raises:
        ServerError: It holds something, and not that file.
    """
    if folder.exists() and not (folder / mark).exists() and any(folder.iterdir()):
        raise ServerError(f"{folder} holds things that are not the demo's: name another folder.")


def find_home(folder: Path, account: Account, elsewhere: Path, say: Callable[[str], None]) -> Path:
    """Give the folder that a server lives in, and make it.

    Only folders of ours get other permissions. When a folder above the wanted one shuts the
    account out, as root's home does, the server lives elsewhere and a link in the wanted folder
    leads there. Whoever deletes the wanted folder begins anew, there as here.

    Args:
        folder: The wanted folder, of ours alone.
        account: Who runs the server.
        elsewhere: The folder for homes of servers that cannot live where they should.
        say: Tells a person.

    Returns:
        A folder that the account can pass into.

    Raises:
        ServerError: Even the folder elsewhere cannot be reached.
    """
    folder.chmod(0o700 if account.uid is None else 0o711)
    if account.reaches(folder):
        return folder
    digest = hashlib.sha256(bytes(folder)).hexdigest()[:8]
    home = elsewhere / f"fedora-hubs-demo-{folder.name}-{digest}"
    if not (folder / LINK).is_symlink() and home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    if not account.reaches(home):
        raise ServerError(
            f"Neither {folder} nor {home} can be reached by an account without root's rights."
        )
    (folder / LINK).unlink(missing_ok=True)
    (folder / LINK).symlink_to(home)
    say(f"{folder} is shut to accounts other than root: its data lives in {home}.")
    return home


def reachable_program(program: Path, wheel: str, home: Path, account: Account) -> Path:
    """Give a path of a program that the account can run, copying it if need be.

    Args:
        program: The program, as `hubs.demo.server_program.find_program` found it.
        wheel: The import name of its wheel.
        home: A folder that the account can pass into.
        account: Who runs it.

    Returns:
        The program itself, or its copy in the home.
    """
    if account.reaches(program):
        return program
    site = next(folder.parent for folder in program.parents if folder.name == wheel)
    copy = home / "program"
    shutil.rmtree(copy, ignore_errors=True)
    # It finds its libraries by the way from its own place to theirs.
    for part in (program.parent.parent, site / f"{wheel}.libs"):
        if part.exists():
            shutil.copytree(part, copy / part.relative_to(site), symlinks=True)
    return copy / program.relative_to(site)


@contextlib.contextmanager
def short_path(folder: Path) -> Iterator[Path]:
    """Give a path to a folder that is short enough for the address of a socket in it.

    Args:
        folder: The folder that holds the socket.

    Yields:
        The folder itself, or a link to it in a private temporary folder.
    """
    if len(bytes(folder)) + len("/.s.PGSQL.5432") <= LONGEST_ADDRESS:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="hubs-") as temporary:
        link = Path(temporary) / "link"
        link.symlink_to(folder)
        yield link
