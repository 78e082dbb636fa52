"""Messages about packages, in the shapes of dist-git, Koji, Copr and Bodhi."""

from __future__ import annotations

from typing import Any

import attrs

from hubs.demo.cast import InventedPerson
from hubs.demo.stage import Message, Stage

#: The topics of services in Fedora's infrastructure begin so; ``dev``, because it is none.
PREFIX = "org.fedoraproject.dev"

BUILDING, COMPLETE, FAILED = 0, 1, 3
_RELEASE = {
    "name": "F99",
    "long_name": "Fedora 99",
    "version": "99",
    "branch": "f99",
    "dist_tag": "f99",
    "id_prefix": "FEDORA",
    "stable_tag": "f99-updates",
    "testing_tag": "f99-updates-testing",
    "state": "current",
}


@attrs.frozen
class Build:
    """One build of a package.

    Attributes:
        package: The package.
        version: Its version.
        id: The number that the build system gave it.
        release: Which of the builds of that version it is.
    """

    package: str
    version: str
    id: int
    release: str = "1.fc99"

    @classmethod
    def of(cls, stage: Stage, package: str) -> Build:
        """Draw a build of a package."""
        major, minor, patch = (stage.chance.randrange(12) for _ in range(3))
        return cls(package, f"{major}.{minor}.{patch}", stage.number())

    @property
    def nvr(self) -> str:
        """Name, version and release, as in ``wick-1.0.2-1.fc99``."""
        return f"{self.package}-{self.version}-{self.release}"


def pushed(stage: Stage, person: InventedPerson, package: str, summary: str) -> Message:
    """Say that somebody pushed a commit to a package's repository."""
    changed = {"insertions": stage.chance.randrange(1, 40), "deletions": stage.chance.randrange(20)}
    lines = {**changed, "lines": sum(changed.values())}
    commit = {
        "agent": person.username,
        "branch": "rawhide",
        "email": person.email,
        "message": f"{summary}\n",
        "name": person.full_name,
        "namespace": "rpms",
        "path": f"/srv/git/repositories/rpms/{package}.git",
        "repo": package,
        "rev": stage.digits(40),
        "seen": False,
        "stats": {"files": {f"{package}.spec": lines}, "total": {**lines, "files": 1}},
        "summary": summary,
        "username": person.username,
    }
    return f"{PREFIX}.git.receive", {"commit": commit}


def build_changed(
    stage: Stage, person: InventedPerson, build: Build, old: int | None, new: int
) -> Message:
    """Say that a build began or ended."""
    body = {
        "attribute": "state",
        "build_id": build.id,
        "instance": "primary",
        "name": build.package,
        "new": new,
        "old": old,
        "owner": person.username,
        "release": build.release,
        "task_id": stage.number(),
        "version": build.version,
    }
    return f"{PREFIX}.buildsys.build.state.change", body


def copr_build_ended(stage: Stage, person: InventedPerson, build: Build, project: str) -> Message:
    """Say that a build in somebody's Copr succeeded."""
    body = {
        "build": build.id,
        "chroot": "fedora-99-x86_64",
        "copr": project,
        "ip": "192.0.2.7",
        "owner": person.username,
        "pid": stage.number(),
        "pkg": build.package,
        "status": 1,
        "user": person.username,
        "version": f"{build.version}-{build.release}",
        "what": f"build end: user:{person.username} copr:{project} build:{build.id} status:1",
        "who": "worker-2",
    }
    return f"{PREFIX}.copr.build.end", body


def update(stage: Stage, person: InventedPerson, build: Build, notes: str) -> dict[str, Any]:
    """Make an update of one build, as Bodhi describes it inside its messages."""
    alias = f"FEDORA-{stage.year}-{stage.digits(10)}"
    return {
        "alias": alias,
        "autokarma": True,
        "bugs": [],
        "builds": [{"epoch": 0, "nvr": build.nvr, "signed": True, "type": "rpm"}],
        "date_submitted": stage.date,
        "karma": 0,
        "notes": notes,
        "release": _RELEASE,
        "request": "testing",
        "severity": "unspecified",
        "stable_karma": 3,
        "status": "pending",
        "title": build.nvr,
        "type": stage.one_of(("bugfix", "enhancement", "newpackage")),
        "unstable_karma": -3,
        "url": f"https://updates.example/updates/{alias}",
        "user": {"groups": [{"name": "packager"}], "name": person.username},
    }


def update_requested(
    person: InventedPerson, update: dict[str, Any], request: str = "testing"
) -> Message:
    """Say that somebody wants an update to go to testing or stable."""
    body = {"agent": person.username, "update": {**update, "request": request}}
    return f"{PREFIX}.bodhi.update.request.{request}", body


def update_commented(
    stage: Stage, person: InventedPerson, update: dict[str, Any], text: str, karma: int
) -> Message:
    """Say that somebody tried an update and tells how it went."""
    comment = {
        "author": person.username,
        "bug_feedback": [],
        "id": stage.number(),
        "karma": karma,
        "karma_critpath": 0,
        "testcase_feedback": [],
        "text": text,
        "timestamp": stage.date,
        "update": {**update, "karma": karma},
        "update_alias": update["alias"],
        "user": {"groups": [], "name": person.username},
    }
    return f"{PREFIX}.bodhi.update.comment", {"agent": person.username, "comment": comment}


def update_pushed(update: dict[str, Any], status: str) -> Message:
    """Say that an update reached testing or stable."""
    body = {"agent": "bodhi", "update": {**update, "pushed": True, "status": status}}
    return f"{PREFIX}.bodhi.update.complete.{status}", body
