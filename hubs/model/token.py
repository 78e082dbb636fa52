"""Personal tokens, with which programs call the API in the name of a person."""

from __future__ import annotations

import attrs


@attrs.frozen
class Token:
    """What is known of a token; the secret itself is not.

    Attributes:
        id: Its number.
        name: What its owner calls it.
        may_write: Whether it may change anything.
        made: When it was made, seconds since the epoch.
        ends: When it ends, likewise.
        used: When it was last used, likewise, to the minute; None if it never was.
    """

    id: int
    name: str
    may_write: bool
    made: float
    ends: float
    used: float | None = None
