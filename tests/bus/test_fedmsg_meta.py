"""Asking the processors of other packages, some of which are broken."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

from twisted.logger import capturedLogs

from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.reader import Reader

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
