from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from babel import Locale

from hubs.klein_app.languages import ENGLISH, Language, Languages
from hubs.model.entry import Entry
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor

GERMAN = "de-AT, de;q=0.9, en;q=0.5"


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        (GERMAN, "de"),
        ("DE", "de"),
        ("fr, de;q=0.1", "de"),
        ("en-US, de;q=0.9", "en-GB"),
        ("de;q=0, en", "en-GB"),
        ("fr", "en-GB"),
        ("*", "en-GB"),
        ("", "en-GB"),
        (None, "en-GB"),
        ("de;q=x, \x00,,;=", "en-GB"),
    ],
)
def test_a_reader_gets_the_language_they_like_best(accepted: str | None, tag: str) -> None:
    assert Languages.load().choose(accepted).tag == tag


async def test_a_page_is_in_the_reader_s_language(visitor: Visitor, town: Town) -> None:
    team = await town.team("lamps")
    await town.widget(team, "members")
    await town.widget(team, "feed")
    await town.stores.hubs.count_activity(team.id, "m1", NOON - 300)
    english = await visitor.get("/t/lamps/")
    german = await visitor.get("/t/lamps/", Accept_Language=GERMAN)
    assert '<html lang="en-GB" dir="ltr"' in english.html
    assert '<html lang="de" dir="ltr"' in german.html
    assert english.headers["content-language"] == "en-GB"
    assert german.headers["content-language"] == "de"
    assert "Last active 5 minutes ago" in english.text
    assert "Zuletzt aktiv: vor 5 Minuten" in german.text
    assert 'title="Dienstag, 24. November 2026, 11:55 UTC"' in german.html
    assert "Mitglieder Wird gerade geholt" in german.text
    assert "Accept-Language" in german.headers["vary"]


async def test_numbers_have_their_words(visitor: Visitor, town: Town) -> None:
    for count in (1, 2):
        team = await town.team(f"team{count}")
        for number in range(count):
            await town.stores.hubs.count_activity(team.id, f"m{number}", NOON)
    english = (await visitor.get("/")).text
    german = (await visitor.get("/", Accept_Language=GERMAN)).text
    assert "1 thing happened this week" in english
    assert "2 things happened this week" in english
    assert "1 Ereignis in dieser Woche" in german
    assert "2 Ereignisse in dieser Woche" in german


async def test_what_the_bus_says_stays_english_and_says_so(visitor: Visitor, town: Town) -> None:
    team = await town.team("lamps")
    await town.widget(team, "feed")
    await town.stores.feeds.add(team.feed, Entry("1", NOON, "git.receive", "abe pushed", ""))
    page = await visitor.get("/t/lamps/", Accept_Language=GERMAN)
    assert re.search(r'<p class="entry-sentence" lang="en"[^>]*>abe pushed</p>', page.html)
    assert "Aktivität Heute" in page.text


async def test_a_page_that_is_not_there_is_in_the_reader_s_language(visitor: Visitor) -> None:
    page = await visitor.get("/t/nope/", Accept_Language=GERMAN)
    assert page.status == 404
    assert "Diese Seite gibt es nicht" in page.text


async def test_who_chooses_a_language_keeps_it(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    english = await visitor.get("/teams/?q=lamp&language=de")
    assert "set-cookie" not in english.headers
    [link] = re.findall(r'<a href="([^"]+)"[^>]*>Deutsch</a>', english.html)
    assert unescape(link) == "?q=lamp&language=de&speak=de"
    german = await visitor.get(f"/teams/{unescape(link)}")
    assert '<html lang="de"' in german.html
    assert re.search(r'<a [^>]*aria-current="true">Deutsch</a>', german.html)
    cookie, *attributes = german.headers["set-cookie"].split("; ")
    assert {"Path=/", "HttpOnly", "SameSite=lax"} <= set(attributes)
    later = await visitor.get("/", Cookie=cookie, Accept_Language="en")
    assert '<html lang="de"' in later.html
    assert "set-cookie" not in later.headers
    back = await visitor.get("/?speak=en", Cookie=cookie, Accept_Language="de")
    assert '<html lang="en-GB"' in back.html
    assert back.headers["set-cookie"].startswith("speak=en;")


@pytest.mark.parametrize("choice", ["xx", "%ff", "de%0d%0aSet-Cookie:x=y", "&a=b" * 100])
async def test_a_language_that_is_none_is_not_kept(visitor: Visitor, choice: str) -> None:
    page = await visitor.get(f"/?speak={choice}", Cookie="speak=\xff")
    assert page.status == 200
    assert '<html lang="en-GB"' in page.html
    assert "set-cookie" not in page.headers


def test_a_language_of_one_country_is_told_from_its_sisters(tmp_path: Path) -> None:
    for name in ("pt", "pt_BR"):
        (tmp_path / f"{name}.po").write_text('msgid ""\nmsgstr ""\n')
    languages = Languages.load(tmp_path)
    assert languages.choose("pt-BR").tag == "pt-BR"
    assert languages.choose("pt-PT").tag == "pt"


def test_a_language_that_is_written_from_the_right_says_so() -> None:
    arabic = Language(Locale("ar"), ENGLISH.translations)
    assert (arabic.tag, arabic.direction) == ("ar", "rtl")


def test_nothing_translates_to_nothing() -> None:
    assert Languages.load().choose("de").translate("") == ""


def test_a_catalogue_named_after_no_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xx_nope.po").write_text('msgid ""\nmsgstr ""\n')
    with pytest.raises(ValueError, match=r"xx_nope\.po"):
        Languages.load(tmp_path)
