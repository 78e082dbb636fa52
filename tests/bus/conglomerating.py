"""A processor of messages about lamps, with any conglomerators."""

from __future__ import annotations

from typing import Any

from fedmsg.meta.base import BaseConglomerator, BaseProcessor

from hubs.bus import fedmsg_config


class LampProcessor(BaseProcessor):
    """It knows what is about lamps."""

    __name__ = "Lamp"
    __description__ = "Lamps"
    __link__ = __docs__ = "https://lamps.example/"
    __obj__ = "Lamps"
    conglomerators: list[type[BaseConglomerator]]

    @classmethod
    def of(cls, *conglomerators: type[BaseConglomerator]) -> LampProcessor:
        """Make one with these conglomerators."""
        settings: dict[str, Any] = fedmsg_config.config
        kind = type("Lamp", (cls,), {"conglomerators": list(conglomerators), "__name__": "Lamp"})
        made: LampProcessor = kind(str, **settings)
        return made
