"""Koji: https://koji.fedoraproject.org/koji/api.

It speaks XML-RPC: https://docs.pagure.org/koji/writing_koji_code/. What reads it refuses entities,
with which a small answer could stand for a huge one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xmlrpc import client

from defusedxml.xmlrpc import DefusedExpatParser
from pydantic import TypeAdapter

from hubs.sources.answer import Answer
from hubs.sources.builds import Build, State
from hubs.sources.errors import UnreadableError
from hubs.sources.session import Session
from hubs.sources.shape import Shape, checked

#: What people call it.
NAME = "Koji"
#: Its arguments by name come last, with this among them.
_BY_NAME = {"__starstar": True}
_FAILED = 3
#: As in the BUILD_STATES of its library; deleted ones are not among them.
_STATES = {0: State.RUNNING, 1: State.DONE, _FAILED: State.FAILED, 4: State.CANCELED}


class _Build(Shape):
    build_id: int
    nvr: str
    state: int
    name: str
    owner_name: str | None = None
    creation_ts: float
    completion_ts: float | None = None


_BUILDS = TypeAdapter(list[_Build])
_SEVERAL = TypeAdapter(list[Any])


class Koji:
    """Asks Koji."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self._session = session
        self._base = session.services.koji

    async def of_user(self, name: str, count: int, *, failed: bool = False) -> list[Build]:
        """Find the last builds of somebody.

        Args:
            name: Their account name.
            count: How many at the most.
            failed: Whether only those that failed.

        Returns:
            Them, the last first.

        Raises:
            SourceError: They could not be had.
        """
        asked = {"userID": name, **_narrowed(count, failed=failed)}
        host, builds = await self._call("listBuilds", (asked,))
        found = checked(host, builds, _BUILDS)
        return self._builds(found)

    async def of_packages(
        self, names: Iterable[str], count: int, *, failed: bool = False
    ) -> list[Build]:
        """Find the last builds of some packages, with one request for all.

        Args:
            names: The names of the packages.
            count: How many of each at the most.
            failed: Whether only those that failed.

        Returns:
            Them, those of a package together, the last first.

        Raises:
            SourceError: They could not be had.
        """
        narrowed = _narrowed(count, failed=failed)
        calls = [
            {"methodName": "listBuilds", "params": [{"packageID": name, **narrowed}]}
            for name in names
        ]
        host, results = await self._call("multiCall", (calls,))
        found: list[_Build] = []
        for result in checked(host, results, _SEVERAL):
            # A call that was answered has a list of one there, one that failed its fault.
            if not isinstance(result, list):
                raise UnreadableError(host, "refused one of several calls")
            found += (build for builds in result for build in checked(host, builds, _BUILDS))
        return self._builds(found)

    @property
    def page(self) -> str:
        """The address of its page."""
        return f"{self._base}/koji/"

    async def _call(self, method: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
        """Call a function that only reads; gives who answered, and what."""
        answer = await self._session.post(
            f"{self._base}/kojihub",
            client.dumps(arguments, method, allow_none=True).encode(),
            "text/xml",
            accept="text/xml",
            repeatable=True,
        )
        return answer.host, _result(answer)

    def _builds(self, found: Iterable[_Build]) -> list[Build]:
        return [self._build(one) for one in found if one.state in _STATES]

    def _build(self, one: _Build) -> Build:
        return Build(
            place=NAME,
            package=one.name,
            title=one.nvr,
            url=f"{self._base}/koji/buildinfo?buildID={one.build_id}",
            owner=one.owner_name or "",
            state=_STATES[one.state],
            since=one.completion_ts or one.creation_ts,
        )


def _narrowed(count: int, *, failed: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {"queryOpts": {"limit": count, "order": "-build_id"}, **_BY_NAME}
    return {**asked, "state": _FAILED} if failed else asked


def _result(answer: Answer) -> Any:
    """Read what an answer says; what is in it comes from outside, whatever the library makes of it.

    Raises:
        UnreadableError: It is no XML-RPC, or the hub says that it did not do what was asked.
    """
    target = client.Unmarshaller(use_builtin_types=True)
    parser = DefusedExpatParser(target, forbid_dtd=True)
    try:
        parser.feed(answer.body)
        parser.close()
        [result] = target.close()
    except client.Fault:
        raise UnreadableError(answer.host, "refused the call") from None
    except Exception:
        # It raises whatever the code raises that it runs into.
        raise UnreadableError(answer.host, "answered with what is no XML-RPC") from None
    return result
