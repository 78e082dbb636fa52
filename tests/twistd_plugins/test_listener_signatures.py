"""``twistd hubs-listener`` refuses what is not signed, when its settings ask for that."""

from __future__ import annotations

import json
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.threads import deferToThread

from hubs.pipeline.queue import MESSAGES, Limits, Queue
from hubs.redis import Redis
from tests.bus.authority import Authority
from tests.live.publisher import BusPublisher
from tests.processes import run, running
from tests.until import until

ENVELOPE = {"topic": "org.fedoraproject.prod.lamp.lit", "msg_id": "2026-1", "msg": {"lamp": 1}}
COMMAND = ("twistd", "-n", "--pidfile=", "hubs-listener", "-c")


async def test_only_what_is_signed_is_stored(
    redis: Redis, redis_server: str, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "authority")
    authority.admit("lamp")
    authority.admit("thief")
    authority.revoke(["thief"])
    signed = authority.sign(ENVELOPE, "lamp")
    publisher = BusPublisher()
    settings, log = tmp_path / "hubs.toml", tmp_path / "log"
    settings.write_text(
        f"[redis]\nurl = '{redis_server}'\n[listener]\nendpoints = ['{publisher.endpoint}']\n"
        f"validate_signatures = true\nca_cert = '{authority.ca_cert}'\ncrl = '{authority.crl}'\n"
    )
    queue = Queue(MESSAGES, redis, Limits(), reactor)
    with running(*COMMAND, settings, log=log):
        assert await deferToThread(publisher.listener_came)
        publisher.publish(ENVELOPE)
        publisher.publish({**signed, "msg": {"lamp": 2}})
        publisher.publish(authority.sign(ENVELOPE, "thief"))
        publisher.publish(signed)

        async def stored() -> bool:
            return await queue.length() > 0

        await until(stored)
    publisher.close()
    [item] = await queue.take(redis, "me", 10)
    assert json.loads(item.fields["body"]) == signed
    said = log.read_text()
    assert "Refused a message, the 3. of its kind: signature: got" in said
    assert "No routing policy" not in said, "fedmsg's own lines, one a message, are left out"


def test_a_certificate_that_is_not_there_ends_with_one_line(tmp_path: Path) -> None:
    settings = tmp_path / "hubs.toml"
    settings.write_text("[listener]\nvalidate_signatures = true\nca_cert = '/fish'\n")
    wrong = run(*COMMAND, settings)
    assert wrong.returncode == 1
    assert wrong.stderr == (
        "listener.validate_signatures: /fish: cannot be read: No such file or directory\n"
    )
