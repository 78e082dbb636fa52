"""The pages there are, for the tests of what holds for every page."""

from __future__ import annotations

import attrs


@attrs.frozen
class Place:
    """A page as somebody sees it.

    Attributes:
        path: Where it is, in the invented world; ``{widget}`` stands for the number of a widget on
            the hub of the team paper-crane.
        who: The account name of who is logged in; empty for nobody.
        status: The status of the answer.
    """

    path: str
    who: str = ""
    status: int = 200


#: Each by the name of its pictures in ``artefacts/``.
PAGES = {
    "home": Place("/"),
    "team": Place("/t/lantern-kernel/"),
    "person": Place("/u/teacup/"),
    "idle team": Place("/t/sleepy-otter/"),
    "preview team": Place("/t/moss-garden/"),
    "missing": Place("/t/no-such-team/", status=404),
    "teams": Place("/teams/"),
    "people": Place("/people/?order=activity"),
    "nothing found": Place("/teams/?q=xylophone"),
    "team in German": Place("/t/lantern-kernel/?speak=de"),
    "own team": Place("/t/lantern-kernel/", "teacup"),
    "settings": Place("/settings/", "teacup"),
    "tokens": Place("/settings/tokens/", "teacup"),
    "for programs": Place("/api/"),
    "stream": Place("/stream/", "teacup"),
    "actions": Place("/stream/actions/", "teacup"),
    "mentions": Place("/stream/mentions/", "teacup"),
    "nothing saved": Place("/stream/saved/", "teacup"),
    "bookmarks": Place("/bookmarks/", "teacup"),
    "joining": Place("/t/paper-crane/join/", "teacup"),
    "people of a team": Place("/t/paper-crane/people/", "woolly"),
    "history": Place("/t/paper-crane/history/", "woolly"),
    "general settings": Place("/t/paper-crane/settings/general/", "woolly"),
    "look settings": Place("/t/paper-crane/settings/look/", "woolly"),
    "visibility settings": Place("/t/paper-crane/settings/visibility/", "woolly"),
    "sources settings": Place("/t/paper-crane/settings/sources/", "woolly"),
    "archive settings": Place("/t/paper-crane/settings/archive/", "woolly"),
    "arranging": Place("/t/paper-crane/arrange/", "woolly"),
    "catalogue": Place("/t/paper-crane/arrange/add/", "woolly"),
    "adding a widget": Place("/t/paper-crane/arrange/add/about/", "woolly"),
    "configuring a widget": Place("/t/paper-crane/arrange/{widget}/", "woolly"),
    "a widget alone": Place("/t/paper-crane/widgets/{widget}/"),
}
