"""What a change is the effect of."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Cause:
    """The bus message that something is the effect of, on its way from daemon to daemon.

    Attributes:
        message_id: The id of the message.
        time: When what it tells of happened, seconds since the epoch.
    """

    message_id: str
    time: float

    def to_fields(self) -> dict[str, str]:
        """Give it as fields of an entry of a Redis stream."""
        return {"message": self.message_id, "sent": str(self.time)}

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Cause | None:
        """Read it from fields of an entry of a Redis stream.

        Args:
            fields: Ours are among them.

        Returns:
            The cause, or None if none is given: somebody asked for it, or an older version of
            Hubs wrote it.
        """
        try:
            return cls(str(fields["message"]), float(fields["sent"]))
        except (KeyError, ValueError):
            return None
