"""The peers' vectors: real messages, with what the peers expect to be read in each.

They come with the package ``fedmsg_meta_fedora_infrastructure``, as test classes. Those that
group several messages into one are none of them.
"""

from __future__ import annotations

import inspect
import json
import pkgutil
import re
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import attrs

_PREFIX = re.compile(r"^([a-z]+(\.[a-z0-9-]+)+?)\.(prod|stg|dev)\.")
_ACCOUNTS = "needs the account system: it names people by their chat nick or mail address"
_ADDRESS = "its sentence shows somebody's mail address, and ours never does"
_MANAGER = "names nobody, and ours names who manages the meeting"
_NO_PROCESSOR = "its service never ran: no processor knows it, and its link is not its own"

#: The vectors that cannot pass, and why.
CANNOT_PASS: Mapping[str, str] = {
    "anitya.LegacyTestAddProjectTried": _ACCOUNTS,
    "anitya.LegacyTestNewDistro": _ADDRESS,
    "bodhi.TestBodhiRequestMultiplePackagesPerUpdate": (
        "its link has a space in it, and ours has %20"
    ),
    "bz.Test031BugzillaNew": _ADDRESS,
    "bz.Test031BugzillaUpdate": _ADDRESS,
    "bz.Test031BugzillaUpdateEmpty": _ADDRESS,
    "bz.TestLegacy018492a2BugzillaUpdate": _ADDRESS,
    "bz.TestLegacy030BugzillaNew": _ADDRESS,
    "bz.TestLegacy030BugzillaUpdate": _ACCOUNTS,
    "bz.TestLegacy84cd3720BugzillaComment": _ACCOUNTS,
    "fedoracollege.TestContentAdded": _NO_PROCESSOR,
    "fedoracollege.TestContentEdit": _NO_PROCESSOR,
    "fedocal.TestMeetingReminder": _MANAGER,
    "mailman3.TestMailman3NewMail": _ADDRESS,
    "mailman3.TestMailman3NewReply": _ACCOUNTS,
    "scm.TestGitReceiveLegacyModified": _ADDRESS,
    "zodbot.TestSupybotChangeTopic": _ACCOUNTS,
    "zodbot.TestSupybotChangeTopicNoTitle": _ACCOUNTS,
    "zodbot.TestSupybotEndMeetingNoTitle": _ACCOUNTS,
    "zodbot.TestSupybotMeetingItemHelp": _ACCOUNTS,
    "zodbot.TestSupybotStartMeeting": _ACCOUNTS,
    "zodbot.TestSupybotStartMeetingNoName": _ACCOUNTS,
}

#: The vectors whose packages cannot be found, and why.
CANNOT_FIND_PACKAGES: Mapping[str, str] = {
    "pkgdb.TestPkgdbPackageBranchNewCustomNamespace": (
        "asks for packages of the namespace docker, and ours are of rpms"
    ),
    "taskotron.TestTaskotronBodhiUpdate": "only Bodhi knows them, and no reader asks it",
}


@attrs.frozen
class Vector:
    """One message and what is expected of it; None where nothing is.

    Attributes:
        name: The names of its module and its test class.
        envelope: The message.
        people: The account names it concerns.
        sentence: What happened.
        link: Where to see it.
        icon: The address of the icon of its service, if it came over TLS.
        packages: The packages it concerns.
    """

    name: str
    envelope: Mapping[str, Any]
    people: frozenset[str] | None
    sentence: str | None
    link: str | None
    icon: str | None
    packages: frozenset[str] | None

    @property
    def topic(self) -> str:
        """Its topic, without the prefix of the bus."""
        found: str = _PREFIX.sub("", self.envelope["topic"])
        return found

    @property
    def service(self) -> str:
        """The first word of its topic."""
        return self.topic.partition(".")[0]

    def body(self) -> bytes:
        """Give it as it comes over the bus."""
        return json.dumps(self.envelope).encode()


def load() -> list[Vector]:
    """Read all vectors."""
    with warnings.catch_warnings():
        # Old libraries on a new Python.
        warnings.simplefilter("ignore")
        base: Any = import_module("fedmsg.tests.test_meta")
        return [
            _vector(name, test, base.Unspecified)
            for name, test in _tests(base.Base)
            if test.msg is not base.Unspecified
        ]


def _tests(base: type) -> Iterator[tuple[str, Any]]:
    peers = import_module("fedmsg_meta_fedora_infrastructure.tests")
    names = ["", *sorted(f".{module.name}" for module in pkgutil.iter_modules(peers.__path__))]
    for name in names:
        module = import_module(f"{peers.__name__}{name}")
        for test in vars(module).values():
            if (
                inspect.isclass(test)
                and issubclass(test, base)
                and test.__module__ == module.__name__
            ):
                yield f"{name[1:] or 'tests'}.{test.__name__}", test


def _vector(name: str, test: Any, unspecified: object) -> Vector:
    def said(value: Any) -> Any:
        return None if value is unspecified else value

    def names(value: Any) -> frozenset[str] | None:
        return None if value is unspecified else frozenset(value)

    return Vector(
        name=name,
        envelope=test.msg,
        people=names(test.expected_usernames),
        sentence=said(test.expected_subti),
        link=said(test.expected_link),
        icon=said(test.expected_icon) if str(test.expected_icon).startswith("https:") else None,
        packages=names(test.expected_packages),
    )
