from __future__ import annotations

from typing import Any

import pytest

from hubs.model.hub import Hub, HubType, Visibility
from hubs.model.settings import SettingsError, check, settings_for, settings_of, with_settings

TEAM = Hub(1, HubType.TEAM, "lamps", "Lamps", "All about lamps.")


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("title", "  Lamps \n and \u202ewicks ", "Lamps and wicks"),
        ("summary", "", ""),
        ("tags", [" oil", "oil", "", "C"], ["oil", "C"]),
        ("language", "pt-BR", "pt-BR"),
        ("region", "EMEA", "EMEA"),
        ("chat", "https://matrix.to/#/%23hubs%3Afedora.im", "#hubs:fedora.im"),
        ("chat", "irc://irc.libera.chat/#lamps", "#lamps"),
        ("chat", "https://chat.example/lamps", "https://chat.example/lamps"),
        ("list", "Lamps@Lists.Example", "lamps@lists.example"),
        ("list", "https://discuss.example/c/lamps", "https://discuss.example/c/lamps"),
        ("requirements", "Bring  \r\n*oil*\x07\n\n", "Bring  \n*oil*"),
        ("banner", "friends", "friends"),
        ("tint", 0, 0),
        ("visibility", "preview", "preview"),
        ("archived", True, True),
        ("sources.groups", ["infra-sig"], ["infra-sig"]),
        (
            "sources.repositories",
            ["https://GitHub.com/lamps/wick.git", "github.com/lamps/wick/"],
            ["github.com/lamps/wick"],
        ),
        ("sources.packages", ["gtk+", "C3"], ["gtk+", "C3"]),
        ("sources.lists", ["Devel@lists.example"], ["devel@lists.example"]),
        (
            "sources.channels",
            ["#lamps", "matrix://fedora.im/#wicks"],
            ["#lamps", "#wicks:fedora.im"],
        ),
        ("sources.calendars", ["Lamps & wicks"], ["Lamps & wicks"]),
        ("sources.tags", ["lamps-team"], ["lamps-team"]),
        ("sources.topics", ["bodhi.update"], ["bodhi.update"]),
    ],
)
def test_what_people_type_is_kept_in_one_way(key: str, given: Any, kept: Any) -> None:
    values = check(HubType.TEAM, {key: given})
    assert values == {key: kept}
    assert settings_of(with_settings(TEAM, values)) == {**settings_of(TEAM), **values}
    old = settings_of(TEAM)
    assert settings_of(with_settings(with_settings(TEAM, values), {key: old[key]})) == old


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        ("title", " ", "empty"),
        ("title", "x" * 121, "120"),
        ("title", 7, "Expected text, got 7"),
        ("summary", "a\0b", "not text"),
        ("summary", "\ud800", "not text"),
        ("tags", "oil, wick", "Expected a list"),
        ("tags", ["oil,wick"], "oil,wick"),
        ("tags", [str(n) for n in range(13)], "12"),
        ("tags", [7], "Expected text"),
        ("language", "klingonese", "klingonese"),
        ("region", "MARS", "MARS"),
        ("chat", "javascript:alert(1)", "#hubs:fedora.im"),
        ("chat", "http://chat.example/", "#hubs:fedora.im"),
        ("list", "https://localhost/", "devel@lists.example"),
        ("banner", "x;background:url(//evil.example)", "cannot be chosen"),
        ("tint", 16, "16"),
        ("tint", True, "True"),
        ("visibility", "secret", "secret"),
        ("archived", "yes", "yes"),
        ("sources.groups", ["a/b"], "a/b"),
        ("sources.repositories", ["lamps"], "lamps"),
        ("sources.repositories", ["https://[x/y"], "[x/y"),
        ("sources.packages", ["a b"], "a b"),
        ("sources.lists", ["lamps"], "lamps"),
        ("sources.channels", ["lamps"], "lamps"),
        ("sources.topics", ["*"], "*"),
        ("config", {}, "no such setting"),
    ],
)
def test_what_cannot_be_is_refused_by_name(key: str, given: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{key}: ") as caught:
        check(HubType.TEAM, {"region": "NA", key: given})
    assert set(caught.value.problems) == {key}
    assert said in str(caught.value)


def test_people_have_no_sources_and_are_not_archived() -> None:
    of_teams = set(settings_for(HubType.TEAM)) - set(settings_for(HubType.USER))
    assert {"sources.groups", "archived", "requirements"} <= of_teams
    with pytest.raises(SettingsError):
        check(HubType.USER, {"archived": True})


def test_what_says_nothing_is_not_kept_and_other_things_stay() -> None:
    hub = with_settings(TEAM, {"sources.groups": ["a"], "tags": ["b"], "visibility": "private"})
    assert hub.config == {"sources": {"groups": ["a"]}, "tags": ["b"]}
    assert hub.visibility is Visibility.PRIVATE
    assert with_settings(hub, {"sources.groups": [], "tags": []}).config == {}
