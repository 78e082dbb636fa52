"""All words that readers see are marked for translation, and the catalogues have them all."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from hubs.klein_app.messages import message_for
from hubs.model.category import CATEGORIES, OTHER
from hubs.widgets.registry import Registry

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "hubs").rglob("*.html"))
LOCALES = ROOT / "hubs/klein_app/locales"
CATALOGUES = sorted(LOCALES.glob("*.po"))
#: What is the same in all languages.
NAMES = re.compile(r"Fedora|Hubs|htmx|UTC|\{\w+\}|%\(\w+\)s")
WORD = re.compile(r"[^\W\d_]{2,}")
#: What stands for what an expression gives.
GAP = "\0"
#: The attributes that are read to people, or shown to them.
ATTRIBUTES = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def environment() -> Environment:
    environment = Environment(
        extensions=["jinja2.ext.i18n"], autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    return environment


class Texts(HTMLParser):
    """Finds what people read in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.found += [value for name, value in attributes if name in ATTRIBUTES and value]
        if values.get("name") == "description" or values.get("type") in {"submit", "button"}:
            self.found += [values.get("content") or values.get("value") or ""]
        is_code = tag in {"code", "script", "style"} or values.get("translate") == "no"
        if tag not in VOID and (self._silent or is_code):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A block of its own may hold an attribute alone.
            self.found.append(re.sub(r'[\w-]+="[^"]*"', "", data))


def constants(expression: nodes.Node) -> Iterator[str]:
    """Give what an expression prints as it stands in the template."""
    if isinstance(expression, nodes.TemplateData):
        yield expression.data
    elif isinstance(expression, nodes.Const):
        yield str(expression.value)
    elif isinstance(expression, nodes.CondExpr | nodes.Concat | nodes.Or | nodes.And):
        for child in expression.iter_child_nodes(exclude=["test"]):
            yield from constants(child)
    else:
        yield GAP


def unmarked(source: str) -> list[str]:
    """Give the words of a template that readers see and nobody marked for translation."""
    printed = [
        piece
        for output in environment().parse(source).find_all(nodes.Output)
        for child in output.nodes
        for piece in constants(child)
    ]
    texts = Texts()
    texts.feed("".join(printed))
    texts.close()
    return [text.strip() for text in texts.found if WORD.search(NAMES.sub("", text))]


def marked_texts_that_vary(source: str) -> list[int]:
    """Give the lines where something that is no text of the template's is taken for one."""
    return [
        call.lineno
        for call in environment().parse(source).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        if not isinstance(call.args[0], nodes.Const)
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ name }} left</p>", [f"{GAP} left"]),
        ('<p>{{ "day" if count == 1 else "days" }}</p>', ["daydays"]),
        ('<p title="Now">1</p>', ["Now"]),
        ('<img alt="A lamp">', ["A lamp"]),
        ('<input placeholder="Your name"><button>Go</button>', ["Your name", "Go"]),
        ("{% if x %}<p>Either</p>{% else %}<p>Or</p>{% endif %}", ["Either", "Or"]),
        ("{% macro x() %}Inside{% endmacro %}", ["Inside"]),
        ('<p>{{ _("Hello") }} {% trans %}World{% endtrans %} {{ name }} · 3</p>', []),
        ('<p class="hello world">Fedora Hubs <code>make it</code></p>', []),
        ('<p translate="no">Big <b>Lamp</b> here</p>', []),
        ('<p translate="no">Big <br> here</p>There', ["There"]),
    ],
)
def test_unmarked_words_are_found(source: str, words: list[str]) -> None:
    assert unmarked(source) == words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_all_words_of_a_template_are_marked_for_translation(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert unmarked(source) == []
    assert marked_texts_that_vary(source) == [], "use {{ text | translate }}, which escapes"


def extracted() -> Catalog:
    """Give all words that are marked, found as ``make messages`` finds them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]
    mappings = [(one["pattern"], one.pop("method")) for one in settings["mappings"]]
    options = {one.pop("pattern"): one for one in settings["mappings"]}
    keywords = {**DEFAULT_KEYWORDS, "gettext_noop": None, "Category": None}
    catalogue = Catalog()
    for name, _, message, _, context in extract_from_dir(ROOT, mappings, options, keywords):
        catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


@pytest.fixture(scope="module")
def words() -> Catalog:
    """Give all words that are marked."""
    return extracted()


def german() -> Catalog:
    """Give the German catalogue."""
    return read_po(io.BytesIO((LOCALES / "de.po").read_bytes()), locale="de")


def said(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_all_words_and_no_others(words: Catalog, path: Path) -> None:
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale=path.stem)
    told = f"run make messages, and translate what is new in {path.name}"
    assert said(words) - said(catalogue) == set(), told
    assert said(catalogue) - said(words) == set(), "run make messages"
    assert not catalogue.obsolete


def test_the_german_catalogue_is_complete() -> None:
    catalogue = german()
    for message in catalogue:
        strings = [message.string] if isinstance(message.string, str) else message.string or ()
        assert all(strings), f"de.po has no translation of {message.id!r}"
        assert not message.fuzzy or not message.id, f"de.po is not sure of {message.id!r}"
        assert list(message.check(catalogue)) == []


def test_the_gaps_of_german_texts_for_scripts_are_those_of_the_english() -> None:
    for message in german():
        if isinstance(message.id, str) and message.id:
            gaps = re.findall(r"\{\w+\}", message.id)
            assert sorted(gaps) == sorted(re.findall(r"\{\w+\}", str(message.string)))


def test_the_words_of_modules_are_marked(words: Catalog, registry: Registry) -> None:
    texts = {category.label for category in (*CATEGORIES, OTHER)}
    for status in (400, 401, 403, 404, 405, 500, 503):
        texts |= {message_for(status).title, message_for(status).text}
    for widget in registry.widgets.values():
        texts |= {widget.title, widget.summary}
        for parameter in widget.parameters:
            texts |= {parameter.label, parameter.help, *parameter.choices.values()}
    assert texts - said(words) == set(), "mark them with gettext_noop"
