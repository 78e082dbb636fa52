"""The peers' vectors: real messages, with what the peers expect to be read in each.

They come with the package ``fedmsg_meta_fedora_infrastructure``, as test classes.
"""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import attrs

_ACCOUNTS = "needs the account system: it names people by their chat nick or mail address"
_ADDRESS = "its sentence shows somebody's mail address, and ours never does"
_ANONYMOUS = "expects nobody, and its processor names somebody called anonymous"

#: The vectors that cannot pass, and why.
CANNOT_PASS: Mapping[str, str] = {
    "LegacyTestAddProjectTried": _ACCOUNTS,
    "LegacyTestNewDistro": _ADDRESS,
    "Test031BugzillaNew": _ADDRESS,
    "Test031BugzillaUpdate": _ADDRESS,
    "Test031BugzillaUpdateEmpty": _ADDRESS,
    "TestBodhiRequestMultiplePackagesPerUpdate": "its link has a space in it, and ours has %20",
    "TestGitReceiveLegacyModified": _ADDRESS,
    "TestLegacy018492a2BugzillaUpdate": _ADDRESS,
    "TestLegacy030BugzillaNew": _ADDRESS,
    "TestLegacy030BugzillaUpdate": _ACCOUNTS,
    "TestLegacy84cd3720BugzillaComment": _ACCOUNTS,
    "TestMailman3NewMail": _ADDRESS,
    "TestMailman3NewReply": _ACCOUNTS,
    "TestSupybotChangeTopic": _ACCOUNTS,
    "TestSupybotChangeTopicNoTitle": _ACCOUNTS,
    "TestSupybotEndMeetingNoTitle": _ACCOUNTS,
    "TestSupybotMeetingItemHelp": _ACCOUNTS,
    "TestSupybotStartMeeting": _ACCOUNTS,
    "TestSupybotStartMeetingNoName": _ACCOUNTS,
    "TestTaggerRatingUpdateAnonymous": _ANONYMOUS,
    "TestTaggerVoteAnonymousLegacy": _ANONYMOUS,
}


@attrs.frozen
class Vector:
    """One message and what is expected of it; None where nothing is.

    Attributes:
        name: The name of its test class.
        envelope: The message.
        people: The account names it concerns.
        sentence: What happened.
        link: Where to see it.
    """

    name: str
    envelope: Mapping[str, Any]
    people: frozenset[str] | None
    sentence: str | None
    link: str | None

    def body(self) -> bytes:
        """Give it as it comes over the bus."""
        return json.dumps(self.envelope).encode()


def load() -> list[Vector]:
    """Read all vectors."""
    with warnings.catch_warnings():
        # Old libraries on a new Python.
        warnings.simplefilter("ignore")
        peers: Any = import_module("fedmsg_meta_fedora_infrastructure.tests")
        base: Any = import_module("fedmsg.tests.test_meta")

    def said(value: Any) -> Any:
        return None if value is base.Unspecified else value

    def vector(name: str, test: Any) -> Vector:
        people = said(test.expected_usernames)
        return Vector(
            name=name,
            envelope=test.msg,
            people=None if people is None else frozenset(people),
            sentence=said(test.expected_subti),
            link=said(test.expected_link),
        )

    tests: dict[str, Any] = {
        name: test
        for name, test in vars(peers).items()
        if inspect.isclass(test) and issubclass(test, base.Base)
    }
    return [
        vector(name, test)
        for name, test in sorted(tests.items())
        if test.msg is not base.Unspecified
    ]
