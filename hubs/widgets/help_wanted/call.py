"""A call for help, as somebody writes it on one line."""

from __future__ import annotations

import attrs

from hubs.model.words import gettext_noop
from hubs.widgets.parameters import Unexpected, is_web_address

#: What stands between the parts of a line.
BAR = "|"


@attrs.frozen
class Call:
    """Asks for help with one thing.

    Attributes:
        title: What is to be done.
        tags: What one should know or like for it.
        step: What one does first.
        link: The address of a page that tells more; may be empty.
    """

    title: str
    tags: tuple[str, ...] = ()
    step: str = ""
    link: str = ""

    @classmethod
    def of(cls, line: str) -> Call:
        """Make a call of a line.

        Args:
            line: As in ``Test the images | testing, easy | Ask in #quality | https://…``; all but
                the first part may be left out, and the address may stand anywhere after it.

        Returns:
            The call.
        """
        title, *others = (part.strip() for part in line.split(BAR))
        link = next((part for part in others if is_web_address(part)), "")
        tags, step, *_ = [*(part for part in others if not link or part != link), "", ""]
        named = (tag.strip() for tag in tags.split(","))
        return cls(title, tuple(tag for tag in named if tag), step, link)


def checked(line: str) -> str:
    """Make sure that a line is a call for help.

    Args:
        line: What an owner typed.

    Returns:
        The same.

    Raises:
        Unexpected: It has no title, or too many parts.
    """
    call, parts = Call.of(line), line.split(BAR)
    most = 4 if call.link else 3
    if not call.title or len(parts) > most:
        raise Unexpected(
            gettext_noop("what is to be done | tags | the next step | an address for more")
        )
    return line
