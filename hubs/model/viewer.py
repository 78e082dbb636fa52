"""Who looks at Hubs, and what they are to the hub they look at."""

from __future__ import annotations

import attrs

from hubs.model.hub import Hub, Visibility, WidgetInstance
from hubs.model.permissions import Action, may
from hubs.model.person import Role
from hubs.model.standing import Standing


@attrs.frozen
class Viewer:
    """A person who is logged in, or nobody in particular.

    Attributes:
        person_id: The number of the person; 0 for nobody.
        username: Their account name; empty for nobody.
        full_name: Their name as people say it; may be empty.
    """

    person_id: int = 0
    username: str = ""
    full_name: str = ""

    @property
    def logged_in(self) -> bool:
        """Whether it is a person."""
        return self.person_id != 0


#: Who has not logged in.
NOBODY = Viewer()


@attrs.frozen
class HubView:
    """A hub, and who looks at it.

    Attributes:
        hub: The hub.
        viewer: Who looks.
        roles: What they are to the hub.
        widgets: All its widgets, in the order of the page.
        standing: Who is with the hub.
        feed_visibility: Who may see its feed: that of the widget that shows it.
    """

    hub: Hub
    viewer: Viewer = NOBODY
    roles: frozenset[Role] = frozenset()
    widgets: tuple[WidgetInstance, ...] = ()
    standing: Standing = attrs.field(factory=Standing)
    feed_visibility: Visibility = Visibility.PUBLIC

    def may(self, action: Action, visibility: Visibility | None = None) -> bool:
        """Ask the table of permissions.

        Args:
            action: What the viewer wants to do.
            visibility: That of a widget on the hub; without it that of the hub counts.

        Returns:
            Whether they may.
        """
        return may(
            self.roles,
            action,
            self.hub.visibility if visibility is None else visibility,
            logged_in=self.viewer.logged_in,
        )

    @property
    def sees_feed(self) -> bool:
        """Whether the viewer may see what happened on the hub."""
        return self.may(Action.SEE_CONTENT) and self.may(Action.SEE_CONTENT, self.feed_visibility)

    @property
    def for_strangers(self) -> HubView:
        """The same hub as somebody looks at it who is nothing to it, and has not logged in."""
        return attrs.evolve(self, viewer=NOBODY, roles=frozenset())

    @property
    def visible_widgets(self) -> list[WidgetInstance]:
        """Those of the widgets whose content the viewer may see, without those put away."""
        if not self.may(Action.SEE_CONTENT):
            return []
        return [
            one
            for one in self.widgets
            if not one.hidden and self.may(Action.SEE_CONTENT, one.visibility)
        ]
