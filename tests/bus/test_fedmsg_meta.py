"""Asking the processors of other packages, some of which are broken."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from twisted.logger import capturedLogs

from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.reader import Reader
from tests.until import PATIENCE

ENVELOPE = {"topic": "org.fedoraproject.prod.lamp.lit", "msg": {"agent": "abe"}}


class LampProcessor:
    """A processor as another package might bring it; its subtitle raises."""

    __name__ = "lamp"
    agent = NotImplemented

    def __init__(self, translate: Any, **config: Any) -> None:
        pass

    def handle_msg(self, msg: dict[str, Any], **config: Any) -> str | None:
        return "lit" if ".lamp." in msg["topic"] else None

    def subtitle(self, msg: dict[str, Any], **config: Any) -> str:
        raise KeyError("shape")

    def link(self, msg: dict[str, Any], **config: Any) -> str:
        return "https://lamps.example/1"

    def usernames(self, msg: dict[str, Any], **config: Any) -> set[str]:
        return {"zoe"}

    def packages(self, msg: dict[str, Any], **config: Any) -> None:
        return None


class UnsureProcessor(LampProcessor):
    """It cannot even say whether it knows a message."""

    def handle_msg(self, msg: dict[str, Any], **config: Any) -> str | None:
        raise KeyError("shape")


class EmptyProcessor(LampProcessor):
    """It knows the topic, and nothing in the shape that the message has."""

    def subtitle(self, msg: dict[str, Any], **config: Any) -> str:
        return "<unhandled action>"

    def usernames(self, msg: dict[str, Any], **config: Any) -> set[str]:
        return set()


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, "fedmsg.meta")


def test_an_accessor_that_raises_costs_that_one_fact() -> None:
    meta = FedmsgMeta.from_entry_points([point("lamp", f"{__name__}:LampProcessor")])
    message = Reader(meta).read(ENVELOPE, 1.0)
    assert message.sentence == "lamp: lit by abe"
    assert message.link == "https://lamps.example/1"
    assert message.people == ("zoe",)


def test_a_broken_processor_is_left_out_and_named() -> None:
    with capturedLogs() as logs:
        meta = FedmsgMeta.from_entry_points(
            [point("broken", "no.such.module:Thing"), point("lamp", f"{__name__}:LampProcessor")]
        )
    assert len(meta.processors) == 1
    assert [event["name"] for event in logs] == ["broken"]


@pytest.mark.parametrize("processor", ["UnsureProcessor", "EmptyProcessor"])
def test_what_a_processor_cannot_say_the_plain_rules_do(processor: str) -> None:
    meta = FedmsgMeta.from_entry_points([point("lamp", f"{__name__}:{processor}")])
    message = Reader(meta).read(ENVELOPE, 1.0)
    assert message.sentence == "lamp: lit by abe"
    assert message.people == ("abe",)


def test_the_machines_settings_of_fedmsg_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "fedmsg-config.py").write_text("raise SystemExit('the settings were read')")
    program = (
        "from hubs.bus.reader import Reader\n"
        "names = [one.__name__ for one in Reader.from_entry_points().meta.processors]\n"
        "assert 'Mailman' in names, names\n"
        # This processor has kept the settings that it found.
        "from fedmsg_meta_fedora_infrastructure import mailman3\n"
        "from hubs.bus.fedmsg_config import config\n"
        "assert mailman3.config == config, mailman3.config\n"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
