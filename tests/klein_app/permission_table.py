"""Who may what at each route: `test_permissions` walks it. Whoever adds a route adds its row here.

A row that asks the table of permissions of `hubs.model.permissions` names the action::

    Row("POST", "/<any(u, t):kind>/<name>/star/", Action.FOLLOW, ok=303)

Who may not is then expected to be refused as `hubs.klein_app.portal.Portal.hub` refuses: with a 404
where they may not even know of the hub, else, as a visitor, with the way to the log-in (401 below
``/api/``), and as somebody with 403. One without an action is open to everybody, or with
``person=True`` to everybody who is logged in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import attrs

from hubs.model.hub import FEED, Hub, Visibility, WidgetInstance
from hubs.model.permissions import Action
from hubs.model.person import Role
from hubs.model.viewer import Viewer
from hubs.widgets.base import Stores

HUB = "/<any(u, t):kind>/<name>"
API = "/api/v1"
TABS = "any(actions, mentions, saved)"
WIDGET = "<int(max=2147483647):widget_id>"
#: What is filled in to set a widget of the kind about.
WIDGET_FORM = {"version": "1", "column": "main", "visibility": "public", "set-text": "Words."}
ROLES = {role.value: role for role in Role}
#: Those who look, from least to most.
VIEWERS = ("visitor", "stranger", "stargazer", "subscriber", "member", "owner")


@attrs.frozen
class Scene:
    """A hub and who looks at it.

    Attributes:
        stores: Where they are.
        hub: The hub.
        widget: A widget on it.
        viewer: Who looks.
        relation: What they are to the hub, one of `VIEWERS`.
    """

    stores: Stores
    hub: Hub
    widget: WidgetInstance
    viewer: Viewer
    relation: str


@attrs.frozen
class Row:
    """What is expected of one method of one route.

    Attributes:
        method: The method.
        rule: The route, as it stands in its decorator.
        action: What the table of permissions is asked for.
        person: Whether it is for those who are logged in, where there is no action.
        ok: The status of the answer for who may.
        ok_person: The same for who is logged in, if that is another.
        hidden: Whether who may not is told that there is nothing, and not that they may not.
        as_visitor: Whether it shows everybody what it shows a visitor.
        path: What stands for parts of the rule in angle brackets, beside ``kind``, ``name`` and
            ``widget_id``.
        query: What comes after the path.
        fields: What is sent in the form.
        json: What is sent instead, as JSON, with what `prepare` gives and the path does not name.
        if_match: The header of that name.
        prepare: Makes what must be there before, and gives more for ``path`` and ``fields``.
        widget: Who may see the widget of which it tells, where that is not everybody.
    """

    method: str
    rule: str
    action: Action | None = None
    person: bool = False
    ok: int = 200
    ok_person: int = 0
    hidden: bool = False
    as_visitor: bool = False
    path: Mapping[str, str] = attrs.field(factory=dict)
    query: str = ""
    fields: Mapping[str, str] = attrs.field(factory=dict)
    json: Mapping[str, object] | None = None
    if_match: str = ""
    prepare: Callable[[Scene], Awaitable[Mapping[str, Any]]] | None = None
    widget: Visibility = Visibility.PUBLIC


async def _the_hub(scene: Scene) -> Mapping[str, str]:
    return {"hub": str(scene.hub.id)}


async def _number_of_hub(scene: Scene) -> Mapping[str, int]:
    return {"hub": scene.hub.id}


async def _all_hubs(scene: Scene) -> Mapping[str, str]:
    return {"hubs": str(scene.hub.id)}


async def _themselves(scene: Scene) -> Mapping[str, str]:
    return {"username": scene.viewer.username or "nobody"}


async def _another_owner(scene: Scene) -> Mapping[str, str]:
    hubs, role = scene.stores.hubs, ROLES.get(scene.relation)
    await hubs.set_role(scene.hub.id, "another", "", Role.OWNER)
    if role:  # Who has gone as a person comes again as a program.
        await hubs.set_role(scene.hub.id, scene.viewer.username, "", role)
    return await _themselves(scene)


async def _feed_for_members(scene: Scene) -> Mapping[str, str]:
    closed = WidgetInstance(0, scene.hub.id, FEED, visibility=Visibility.PREVIEW)
    await scene.stores.hubs.create_widget(closed, {})
    return {}


async def _widget_for_members(scene: Scene) -> Mapping[str, str]:
    await scene.stores.hubs.pool.run(
        "UPDATE widgets SET visibility = 'preview' WHERE id = %s", (scene.widget.id,)
    )
    return {}


def api_rows() -> tuple[Row, ...]:
    """Give the rows of the API, whose hubs have the addresses of their pages below `API`."""
    hub, team, done = f"{API}{HUB}", f"{API}/t/<name>", 204
    widget = f"{hub}/widgets/<widget_id>"
    directory = f"{API}/<any(teams, people):which>"
    star, saved = {"what": "star"}, {"entry_id": "1"}
    nobody = {"username": "nobody"}
    asks = Action.ASK_TO_JOIN
    return (
        Row("GET", f"{API}/openapi.json"),
        Row("GET", f"{directory}/", path={"which": "teams"}, query="?q=secret"),
        Row("GET", f"{directory}/facets/", path={"which": "teams"}),
        Row("GET", f"{hub}/", Action.SEE_LISTED),
        Row("GET", f"{hub}/feed/", Action.SEE_CONTENT),
        Row("GET", f"{hub}/history/", Action.CONFIGURE),
        Row("GET", f"{hub}/widgets/", Action.SEE_CONTENT),
        Row("GET", f"{widget}/", Action.SEE_CONTENT),
        Row("GET", f"{API}/widgets/"),
        Row("GET", f"{hub}/arrangement/", Action.ARRANGE),
        Row("POST", f"{hub}/widgets/", Action.ARRANGE, ok=201, json={"plugin": "about"}),
        Row("PUT", f"{widget}/", Action.ARRANGE, json={"config": {}}, if_match="*"),
        Row("DELETE", f"{widget}/", Action.ARRANGE, ok=done, if_match="*"),
        Row(
            *("PUT", f"{widget}/hidden/", Action.ARRANGE),
            json={"hidden": True},
            if_match="*",
        ),
        Row(
            *("PUT", f"{widget}/place/", Action.ARRANGE),
            json={"column": "main", "position": 0},
            if_match="*",
        ),
        Row("POST", f"{widget}/restoration/", Action.ARRANGE, ok=201, json={}),
        Row("GET", f"{hub}/settings/", Action.CONFIGURE),
        Row(
            *("PATCH", f"{hub}/settings/", Action.CONFIGURE), json={"summary": "New"}, if_match="*"
        ),
        Row("PUT", f"{hub}/<any(star, subscription):what>/", Action.FOLLOW, ok=done, path=star),
        Row("DELETE", f"{hub}/<any(star, subscription):what>/", Action.FOLLOW, ok=done, path=star),
        Row("PUT", f"{team}/request/", asks, ok=done, json={}),
        Row("DELETE", f"{team}/request/", asks, ok=done),
        Row("DELETE", f"{team}/membership/", asks, ok=done, prepare=_another_owner),
        Row("GET", f"{team}/people/", Action.SEE_CONTENT),
        Row(
            *("PUT", f"{team}/people/<username>/", Action.CONFIGURE),
            path=nobody,
            ok=done,
            json={"role": "owner"},
            prepare=_themselves,
        ),
        Row(
            *("DELETE", f"{team}/people/<username>/", Action.CONFIGURE),
            path=nobody,
            ok=done,
            prepare=_another_owner,
        ),
        Row("GET", f"{team}/requests/", Action.CONFIGURE),
        Row(
            *("POST", f"{team}/requests/<username>/approval/", Action.CONFIGURE),
            path=nobody,
            ok=done,
            prepare=_themselves,
        ),
        Row(
            *("DELETE", f"{team}/requests/<username>/", Action.CONFIGURE),
            path=nobody,
            ok=done,
            prepare=_themselves,
        ),
        Row("GET", f"{API}/stream/", person=True),
        Row("GET", f"{API}/stream/<{TABS}:tab>/", person=True, path={"tab": "saved"}),
        Row("PUT", f"{API}/stream/saved/<entry_id>/", person=True, ok=404, path=saved),
        Row("DELETE", f"{API}/stream/saved/<entry_id>/", person=True, ok=done, path=saved),
        Row(
            *("PUT", f"{API}/stream/seen/"),
            person=True,
            ok=done,
            json={"time": "2026-11-24T09:05:07Z"},
        ),
        Row("GET", f"{API}/stream/hides/", person=True),
        Row(
            "POST",
            f"{API}/stream/hides/",
            Action.SEE_LISTED,
            ok=done,
            json={},
            prepare=_number_of_hub,
        ),
        Row("DELETE", f"{API}/stream/hides/", person=True, ok=done, query="?kind=code"),
        Row("GET", f"{API}/bookmarks/", person=True),
        Row("PUT", f"{API}/bookmarks/", person=True, json={"hubs": []}),
        Row("GET", f"{API}/me/", person=True),
        Row("GET", f"{API}/tokens/", person=True),
        Row(
            "DELETE", f"{API}/tokens/<token_id>/", person=True, ok=404, path={"token_id": "999999"}
        ),
    )


ROWS = (
    Row("GET", "/"),
    Row("GET", "/teams/", query="?q=secret"),
    Row("GET", "/people/", query="?q=secret"),
    Row("GET", f"{HUB}/", Action.SEE_LISTED),
    Row("GET", f"{HUB}/feed.atom", Action.SEE_CONTENT, hidden=True, as_visitor=True),
    Row("GET", f"{HUB}/widgets/<widget_id>/", Action.SEE_CONTENT, hidden=True),
    Row(
        *("POST", f"{HUB}/<any(star, subscribe):what>/", Action.FOLLOW),
        ok=303,
        path={"what": "star"},
    ),
    Row(
        *("POST", f"{HUB}/<any(unstar, unsubscribe):what>/", Action.FOLLOW),
        ok=303,
        path={"what": "unsubscribe"},
    ),
    Row("GET", "/t/<name>/join/", Action.ASK_TO_JOIN),
    Row("POST", "/t/<name>/join/", Action.ASK_TO_JOIN, ok=303),
    Row("POST", "/t/<name>/withdraw/", Action.ASK_TO_JOIN, ok=303),
    Row("POST", "/t/<name>/leave/", Action.ASK_TO_JOIN, ok=303, prepare=_another_owner),
    Row("GET", "/t/<name>/people/", Action.SEE_CONTENT),
    Row(
        "POST",
        "/t/<name>/people/<any(approve, decline, member, owner, remove):what>/",
        Action.CONFIGURE,
        ok=303,
        path={"what": "owner"},
        prepare=_themselves,
    ),
    Row("GET", f"{HUB}/history/", Action.CONFIGURE),
    Row("GET", f"{HUB}/arrange/", Action.ARRANGE),
    Row(
        "POST",
        f"{HUB}/arrange/{WIDGET}/<any(move, hide, show, remove, restore):what>/",
        Action.ARRANGE,
        ok=303,
        path={"what": "remove"},
        fields={"version": "1"},
    ),
    Row("GET", f"{HUB}/arrange/add/", Action.ARRANGE),
    Row("GET", f"{HUB}/arrange/add/<plugin>/", Action.ARRANGE, path={"plugin": "about"}),
    Row(
        *("POST", f"{HUB}/arrange/add/<plugin>/", Action.ARRANGE),
        ok=303,
        path={"plugin": "about"},
        fields=WIDGET_FORM,
    ),
    Row("GET", f"{HUB}/arrange/{WIDGET}/", Action.ARRANGE),
    Row("POST", f"{HUB}/arrange/{WIDGET}/", Action.ARRANGE, ok=303, fields=WIDGET_FORM),
    Row(
        *("POST", f"{HUB}/arrange/preview/<plugin>/", Action.ARRANGE),
        path={"plugin": "about"},
        fields=WIDGET_FORM,
    ),
    Row("GET", f"{HUB}/settings/", Action.CONFIGURE, ok=303),
    Row(
        *("GET", f"{HUB}/settings/<any(general, look, visibility):part>/", Action.CONFIGURE),
        path={"part": "general"},
    ),
    Row(
        *("POST", f"{HUB}/settings/<any(general, look, visibility):part>/", Action.CONFIGURE),
        ok=303,
        path={"part": "look"},
        fields={"version": "1", "banner": "slate"},
    ),
    Row(
        *("POST", f"{HUB}/settings/<any(general, sources):part>/check/", Action.CONFIGURE),
        path={"part": "general"},
    ),
    Row(
        *("GET", "/t/<name>/settings/<any(sources, archive):part>/", Action.CONFIGURE),
        path={"part": "sources"},
    ),
    Row(
        *("POST", "/t/<name>/settings/<any(sources, archive):part>/", Action.CONFIGURE),
        ok=303,
        path={"part": "archive"},
        fields={"version": "1", "archived": "yes"},
    ),
    Row("GET", "/stream/", person=True),
    Row("GET", f"/stream/<{TABS}:tab>/", person=True, path={"tab": "saved"}),
    Row(
        *("POST", "/stream/<any(save, unsave):what>/"),
        person=True,
        ok=303,
        path={"what": "unsave"},
        fields={"entry": "1"},
    ),
    Row(
        *("POST", "/stream/<any(hide, unhide):what>/", Action.SEE_LISTED),
        ok=303,
        path={"what": "hide"},
        prepare=_the_hub,
    ),
    Row("POST", "/stream/seen/", person=True, ok=303, fields={"time": "1"}),
    Row("GET", "/bookmarks/", person=True),
    Row(
        *("POST", "/bookmarks/move/"),
        person=True,
        ok=400,
        fields={"hub": "0", "step": "up"},
    ),
    Row("POST", "/bookmarks/order/", person=True, ok=303, prepare=_all_hubs),
    Row("GET", "/login/", ok=303),
    Row("GET", "/login/callback/", ok=400, ok_person=303),
    Row("GET", "/settings/", person=True),
    Row("POST", "/logout/", person=True, ok=303),
    Row("POST", "/logout/everywhere/", person=True, ok=303),
    Row("GET", "/settings/tokens/", person=True),
    Row(
        *("POST", "/settings/tokens/"),
        person=True,
        fields={"name": "a", "scope": "read", "days": "7"},
    ),
    Row(*("POST", "/settings/tokens/revoke/"), person=True, ok=303, fields={"token": "1"}),
    Row("GET", "/api/"),
    *api_rows(),
)

#: The same routes where the widget that they tell of is for members.
CLOSED_ROWS = tuple(
    attrs.evolve(row, prepare=prepare, widget=Visibility.PREVIEW)
    for rule, prepare in {
        f"{HUB}/feed.atom": _feed_for_members,
        f"{API}{HUB}/feed/": _feed_for_members,
        f"{API}{HUB}/widgets/<widget_id>/": _widget_for_members,
    }.items()
    for row in ROWS
    if row.method == "GET" and row.rule == rule
)
