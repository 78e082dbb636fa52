"""Reads messages by the ecosystem's own processors, the entry points ``fedmsg.meta``.

A processor is a `fedmsg.meta.base.BaseProcessor`; which there are depends on what is installed:
``fedmsg_meta_fedora_infrastructure`` brings those for Fedora's services.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import as_file, files
from typing import Any

import attrs
import fedmsg.config
from fedmsg.meta.base import BaseProcessor
from twisted.logger import Logger

from hubs.bus import fedmsg_config
from hubs.bus.facts import (
    Facts,
    clean_accounts,
    clean_icon,
    clean_link,
    clean_names,
    clean_text,
    listed,
)

#: How some processors begin a sentence about what they do not know, and one a sentence that tells
#: how long it is from now until something begins, which a feed says long after.
_POOR = ("<unhandled", "Friendly reminder!")
# Without the account system each chat nick would have two lines in the log.
logging.getLogger("moksha.hub").addFilter(lambda record: record.module != "fasshim")


@attrs.frozen
class FedmsgMeta:
    """Asks the processor that knows a message.

    Attributes:
        processors: They, in the order in which they are asked.
    """

    processors: Sequence[BaseProcessor]

    _log = Logger()

    @classmethod
    def from_entry_points(cls, points: Iterable[EntryPoint] | None = None) -> FedmsgMeta:
        """Find the processors of all installed packages; a broken one is logged and left out.

        Args:
            points: Where to look instead.

        Returns:
            A reader that asks them.
        """
        processors = []
        with warnings.catch_warnings():
            # Old libraries on a new Python; nobody here can do anything about it.
            warnings.simplefilter("ignore")
            _keep_fedmsg_from_the_settings_of_others()
            for point in entry_points(group="fedmsg.meta") if points is None else points:
                try:
                    processors.append(point.load()(str, **fedmsg_config.config))
                except Exception as error:
                    cls._log.error(
                        "Left out the fedmsg.meta processor {name}: {error}",
                        name=point.name,
                        error=error,
                    )
        return cls(processors)

    def facts(self, envelope: Mapping[str, Any]) -> Facts:
        """Read a message.

        Args:
            envelope: As `hubs.bus.envelope.parse` gives it.

        Returns:
            What the processor says that knows it; nothing if none does.
        """
        message = dict(envelope)
        for processor in self.processors:
            if self._ask(processor, "handle_msg", message) is not None:
                return self._ask_all(processor, message)
        return Facts()

    def _ask_all(self, processor: BaseProcessor, message: dict[str, Any]) -> Facts:
        sentence = clean_text(self._ask(processor, "subtitle", message))
        return Facts(
            sentence="" if sentence.startswith(_POOR) else sentence,
            link=clean_link(self._ask(processor, "link", message)),
            icon=clean_icon(self._ask(processor, "icon", message)),
            agent=next(iter(clean_accounts([self._ask(processor, "agent", message)])), ""),
            people=clean_accounts(listed(self._ask(processor, "usernames", message))),
            packages=clean_names(listed(self._ask(processor, "packages", message))),
        )

    def _ask(self, processor: BaseProcessor, accessor: str, message: dict[str, Any]) -> Any:
        try:
            ask = getattr(processor, accessor)
            return None if ask is NotImplemented else ask(message, **fedmsg_config.config)
        except Exception as error:
            # A message of another shape than the processor's costs this one fact.
            self._log.debug(
                "{accessor} of {topic}: {error!r}",
                accessor=accessor,
                topic=message["topic"],
                error=error,
            )
            return None


def _keep_fedmsg_from_the_settings_of_others() -> None:
    # Some processors read fedmsg's settings when they are imported: from the machine's files, and
    # from any in the working folder. fedmsg keeps what was read last.
    with as_file(files("hubs.bus") / "fedmsg_config.py") as settings:
        fedmsg.config.load_config(
            filenames=[str(settings)], disable_defaults=True, invalidate_cache=True
        )
