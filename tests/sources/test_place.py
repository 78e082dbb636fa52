from __future__ import annotations

import pytest

from hubs.sources.place import Place, Service

GITHUB, GITLAB, FORGEJO, PAGURE, BUGZILLA = Service


@pytest.mark.parametrize(
    ("line", "place", "name"),
    [
        ("https://github.com/a/b", Place(GITHUB, "https://github.com", "a/b"), "a/b"),
        (" https://GitHub.com/a/b.git ", Place(GITHUB, "https://github.com", "a/b"), "a/b"),
        ("https://github.com/a/b/issues?q=is", Place(GITHUB, "https://github.com", "a/b"), "a/b"),
        ("https://github.com/", Place(GITHUB, "https://github.com"), "github.com"),
        (
            "https://gitlab.com/a/b/c/-/issues",
            Place(GITLAB, "https://gitlab.com", "a/b/c"),
            "a/b/c",
        ),
        ("https://gitlab.gnome.org/a/b", Place(GITLAB, "https://gitlab.gnome.org", "a/b"), "a/b"),
        ("https://codeberg.org/a/b/pulls/7", Place(FORGEJO, "https://codeberg.org", "a/b"), "a/b"),
        (
            "forgejo http://localhost:3000/a/b",
            Place(FORGEJO, "http://localhost:3000", "a/b"),
            "a/b",
        ),
        ("https://pagure.io/wick/issue/7", Place(PAGURE, "https://pagure.io", "wick"), "wick"),
        (
            "https://src.fedoraproject.org/fork/abe/rpms/wick/pull-requests",
            Place(PAGURE, "https://src.fedoraproject.org", "fork/abe/rpms/wick"),
            "fork/abe/rpms/wick",
        ),
        (
            "https://bugzilla.redhat.com/buglist.cgi?component=wick&product=Fedora&bug_status=NEW",
            Place(BUGZILLA, "https://bugzilla.redhat.com", product="Fedora", component="wick"),
            "wick",
        ),
        (
            "https://bugzilla.redhat.com/?product=Red+Hat%20Lamps&component=g%2B%2B",
            Place(
                BUGZILLA, "https://bugzilla.redhat.com", product="Red Hat Lamps", component="g++"
            ),
            "g++",
        ),
        ("https://pagure.io/g%2B%2B", Place(PAGURE, "https://pagure.io", "g++"), "g++"),
        (
            "https://bugzilla.redhat.com/",
            Place(BUGZILLA, "https://bugzilla.redhat.com"),
            "bugzilla.redhat.com",
        ),
    ],
)
def test_a_place_is_read_from_the_address_of_any_of_its_pages(
    line: str, place: Place, name: str
) -> None:
    assert Place.read(line) == place
    assert place.name == name
    assert place.everything == ("/" not in place.path and place.name == place.host)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "wick",
        "a/b",
        "https://git.example.org/a/b",
        "sourceforge https://git.example.org/a/b",
        "https://github.com/only-an-owner",
        "https://github.com/a/b c",
        "https://github.com/a/%2e%2e",
        "https://gitlab.com/a/b%2f..%2fc",
        "https://github.com/a/%2e%2e%2fb",
        "https://gitlab.com/a/b%2Fc/d e",
        "https://abe:secret@github.com/a/b",
        "javascript:alert(1)",
        "ftp://github.com/a/b",
        "https://[/a/b",
        "https://bugzilla.redhat.com/buglist.cgi?component=wick",
        f"https://github.com/a/{'b' * 200}",
    ],
)
def test_what_is_no_place_is_none(line: str) -> None:
    assert Place.read(line) is None
