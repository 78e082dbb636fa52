from __future__ import annotations

from typing import Any

import pytest

from hubs.widgets.parameters import (
    ConfigurationError,
    Parameter,
    ParameterError,
    Type,
    Unexpected,
    validate_config,
)


def _even(value: int) -> int:
    if value % 2:
        raise Unexpected("an even number")
    return value


def _short(line: str) -> str:
    if len(line) > 3:
        raise Unexpected("at most 3 letters")
    return line.upper()


TEXT = Parameter("note", "Note", "What to say.", most=10)
MARKDOWN = Parameter("text", "Text", "What to say.", type=Type.MARKDOWN)
LINES = Parameter("names", "Names", "Who.", [], Type.LINES, most=2, check=_short)
NEEDED = Parameter("names", "Names", "Who.", [], Type.LINES, required=True)
NUMBER = Parameter("count", "Count", "How many.", 4, Type.NUMBER, least=1, most=20, check=_even)
COLOURS = {"red": "Red", "blue": "Blue"}
CHOICE = Parameter("colour", "Colour", "Which one.", "red", Type.CHOICE, choices=COLOURS)
YES_NO = Parameter("old", "Old ones too", "Whether.", True, Type.YES_NO)
ADDRESS = Parameter("page", "Page", "Where.", type=Type.ADDRESS)


@pytest.mark.parametrize(
    ("parameter", "value", "clean"),
    [
        (TEXT, " wick ", "wick"),
        (TEXT, None, ""),
        (MARKDOWN, "# A\r\n\r\ttab", "# A\n\n\ttab"),
        (LINES, "abe\r\n\r\n zoe \nabe", ["ABE", "ZOE"]),
        (LINES, ["abe"], ["ABE"]),
        (LINES, [], []),
        (LINES, "  ", []),
        (NUMBER, "12", 12),
        (NUMBER, 20, 20),
        (NUMBER, "", 4),
        (CHOICE, "blue", "blue"),
        (CHOICE, "", "red"),
        (YES_NO, "on", True),
        (YES_NO, "", False),
        (YES_NO, False, False),
        (YES_NO, "No", False),
        (ADDRESS, "https://example.org/a?b#c", "https://example.org/a?b#c"),
        (ADDRESS, "", ""),
    ],
)
def test_what_is_typed_or_sent_becomes_a_clean_value_that_stays(
    parameter: Parameter, value: object, clean: object
) -> None:
    found = parameter.validate(value)
    assert (found, type(found)) == (clean, type(clean))
    assert parameter.validate(found) == clean
    assert parameter.validate(parameter.typed(found)) == clean


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (TEXT, "two\nlines", r"Note: got 'two\nlines', expected one line of text."),
        (TEXT, "eleven long", "Note: got 'eleven long', expected at most 10 characters."),
        (TEXT, "\0", r"Note: got '\x00', expected text without control characters."),
        (TEXT, "\ud800", r"Note: got '\ud800', expected text without control characters."),
        (TEXT, 5, "Note: got 5, expected text."),
        (MARKDOWN, {"a": 1}, "Text: got {'a': 1}, expected text."),
        (LINES, "a\nb\nc", r"Names: got 'a\nb\nc', expected at most 2 lines."),
        (LINES, ["a", 1], "Names: got ['a', 1], expected lines of text."),
        (LINES, "long", "Names: got 'long', expected at most 3 letters."),
        (LINES, "abe\nlonger", "Names: got 'longer', expected at most 3 letters."),
        (NEEDED, [" "], "Names: got [' '], expected something, because it is needed."),
        (NEEDED, "", "Names: nothing is set, expected something, because it is needed."),
        (NUMBER, "many", "Count: got 'many', expected a whole number from 1 to 20."),
        (NUMBER, 21, "Count: got 21, expected a whole number from 1 to 20."),
        (NUMBER, True, "Count: got True, expected a whole number from 1 to 20."),
        (NUMBER, 2.0, "Count: got 2.0, expected a whole number from 1 to 20."),
        (NUMBER, 3, "Count: got 3, expected an even number."),
        (CHOICE, "green", "Colour: got 'green', expected one of red, blue."),
        (CHOICE, ["red"], "Colour: got ['red'], expected one of red, blue."),
        (YES_NO, "perhaps", "Old ones too: got 'perhaps', expected yes or no."),
        *(
            (
                ADDRESS,
                value,
                f"Page: got {value!r}, expected the address of a web page, as in "
                "https://example.org/page.",
            )
            for value in (
                "example.org",
                "javascript:alert(1)",
                "ftp://example.org/",
                "https://",
                "https://abe:secret@example.org/",
                "https://exa mple.org/",
                "http://[::1/",
            )
        ),
    ],
)
def test_what_does_not_fit_is_told_with_the_parameter_the_value_and_what_was_expected(
    parameter: Parameter, value: object, sentence: str
) -> None:
    with pytest.raises(ParameterError) as raised:
        parameter.validate(value)
    assert str(raised.value) == sentence
    assert raised.value.name == parameter.name


def test_an_error_is_told_in_the_language_of_the_reader() -> None:
    words = {
        "Colour": "Farbe",
        "one of %(choices)s": "eines von %(choices)s",
        "%(label)s: got %(value)s, expected %(expected)s.": (
            "%(label)s: %(value)s passt nicht, erwartet wird %(expected)s."
        ),
    }
    with pytest.raises(ParameterError) as raised:
        CHOICE.validate("green")
    sentence = raised.value.sentence(words.__getitem__)
    assert sentence == "Farbe: 'green' passt nicht, erwartet wird eines von red, blue."


def test_a_long_value_is_told_in_short() -> None:
    with pytest.raises(ParameterError) as raised:
        MARKDOWN.validate("x" * 30_000)
    assert len(str(raised.value)) < 150


@pytest.mark.parametrize(
    ("config", "clean"), [({}, {}), ({"count": "6", "note": ""}, {"count": 6, "note": ""})]
)
def test_a_configuration_keeps_what_was_given(
    config: dict[str, Any], clean: dict[str, Any]
) -> None:
    assert validate_config((TEXT, NUMBER), config) == clean


def test_all_that_does_not_fit_in_a_configuration_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as raised:
        validate_config((NUMBER, NEEDED, TEXT), {"count": "x", "note": "y", "other": 1})
    assert {name: str(error) for name, error in raised.value.errors.items()} == {
        "count": "Count: got 'x', expected a whole number from 1 to 20.",
        "names": "Names: nothing is set, expected something, because it is needed.",
        "other": "other: got 1, expected one of the parameters count, names, note.",
    }


def test_what_has_no_parameters_takes_none() -> None:
    with pytest.raises(ConfigurationError, match="colour: got 1, expected nothing to be set"):
        validate_config((), {"colour": 1})
