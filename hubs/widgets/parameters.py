"""What the owner of a hub can set about a widget, for the form, the API and the checks at once."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs
from hyperlink import URL

from hubs.model.words import gettext_noop

#: Puts an English text into the language of a reader.
Translate = Callable[[str], str]

#: The longest line of `Type.LINES`, characters.
LONGEST_LINE = 500
_MOST_DIGITS = 18
_SHOWN = 60
#: All control characters but the tab and the end of a line, and halves of characters.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_YES = {"on", "yes", "true", "1"}
_NO = {"off", "no", "false", "0"}


class Type(enum.Enum):
    """What sort of value a parameter has.

    In a form each is typed as text: `LINES` one a line, `YES_NO` as ``on`` or nothing.
    """

    #: One line of text: ``str``.
    TEXT = "text"
    #: A text in Markdown: ``str``.
    MARKDOWN = "markdown"
    #: Lines of text, as a list of names: ``list[str]``.
    LINES = "lines"
    #: A whole number: ``int``.
    NUMBER = "number"
    #: One of a few: ``str``.
    CHOICE = "choice"
    #: Yes or no: ``bool``.
    YES_NO = "yes-no"
    #: The address of a web page: ``str``.
    ADDRESS = "address"


#: The longest text in characters, and the most lines, unless a parameter says otherwise.
_MOST = {Type.TEXT: 200, Type.MARKDOWN: 20_000, Type.LINES: 100, Type.ADDRESS: 2_000}
#: What stands for nothing; the other types have their default then.
_NOTHING: Mapping[Type, Callable[[], Any]] = {
    Type.TEXT: str,
    Type.MARKDOWN: str,
    Type.ADDRESS: str,
    Type.LINES: list,
    Type.YES_NO: bool,
}


class Unexpected(Exception):  # noqa: N818 - what it becomes is a `ParameterError`
    """A value is not what was expected."""

    def __init__(self, expected: str, **details: object) -> None:
        """Say what was expected.

        Args:
            expected: As in ``a number from %(least)s to %(most)s``, marked by `gettext_noop`.
            details: What stands in its gaps.
        """
        super().__init__(expected % details)
        self.expected = expected
        self.details = details


class ParameterError(ValueError):
    """A value does not fit a parameter, or there is no such parameter.

    Attributes:
        name: The parameter's name, for the field that it belongs to.
    """

    def __init__(self, name: str, label: str, value: object, unexpected: Unexpected) -> None:
        """Say what is wrong.

        Args:
            name: The parameter's name.
            label: Its label.
            value: What was given.
            unexpected: What was expected instead.
        """
        self.name = name
        self._label = label
        self._value = value
        self._unexpected = unexpected
        super().__init__(self.sentence(str))

    def sentence(self, translate: Translate) -> str:
        """Say it to a reader.

        Args:
            translate: Into their language, as `hubs.klein_app.languages.Language.translate`.

        Returns:
            A sentence with the parameter, the value and what was expected.
        """
        expected = translate(self._unexpected.expected) % self._unexpected.details
        if self._value in (None, "", []):
            sentence = translate(gettext_noop("%(label)s: nothing is set, expected %(expected)s."))
        else:
            sentence = translate(gettext_noop("%(label)s: got %(value)s, expected %(expected)s."))
        return sentence % {
            "label": translate(self._label),
            "value": _shown(self._value),
            "expected": expected,
        }


class ConfigurationError(ValueError):
    """Some values of a widget's configuration do not fit.

    Attributes:
        errors: What is wrong, by name of parameter.
    """

    def __init__(self, errors: Mapping[str, ParameterError]) -> None:
        """Say what is wrong.

        Args:
            errors: By name of parameter.
        """
        super().__init__(" ".join(str(error) for error in errors.values()))
        self.errors = errors


@attrs.frozen
class Parameter:
    """One thing about a widget that the owner of a hub can set.

    Attributes:
        name: The key in the widget's configuration.
        label: What the owner reads beside it, marked by `gettext_noop`.
        help: One sentence on what it does, marked likewise.
        default: Its value when nothing is set.
        type: What sort of value it has.
        required: Whether the widget is of no use without it.
        least: The smallest number.
        most: The greatest number, the most characters, or the most lines.
        choices: For `Type.CHOICE`: what to choose from, each with its label, marked likewise.
        check: Looks closer at a clean value, each line of `Type.LINES` by itself; gives what is
            kept, or raises `Unexpected`.
    """

    name: str
    label: str
    help: str
    default: Any = ""
    type: Type = Type.TEXT
    required: bool = False
    least: int | None = None
    most: int | None = None
    choices: Mapping[str, str] = attrs.field(factory=dict)
    check: Callable[[Any], Any] | None = None

    def validate(self, value: object) -> Any:
        """Check a value as it was typed in a form or sent as JSON.

        Args:
            value: It; None and empty text stand for nothing.

        Returns:
            What is kept in the configuration.

        Raises:
            ParameterError: It is not what is expected here.
        """
        try:
            clean = self._read(value)
        except Unexpected as unexpected:
            raise ParameterError(self.name, self.label, value, unexpected) from None
        if isinstance(clean, list):
            return [self._checked(line, line) for line in clean]
        return clean if clean == "" else self._checked(clean, value)

    def _checked(self, clean: Any, value: object) -> Any:
        try:
            return clean if self.check is None else self.check(clean)
        except Unexpected as unexpected:
            raise ParameterError(self.name, self.label, value, unexpected) from None

    def of(self, config: Mapping[str, Any]) -> Any:
        """Give what it is set to in a widget's configuration, or its default."""
        return config.get(self.name, self.default)

    def typed(self, value: Any) -> str:
        """Write a value as it is typed in a form.

        Args:
            value: As `validate` gives it.

        Returns:
            What `validate` makes the same value of.
        """
        if isinstance(value, bool):
            return "on" if value else ""
        if isinstance(value, list | tuple):
            return "\n".join(str(line) for line in value)
        return "" if value is None else str(value)

    def _read(self, value: object) -> Any:
        is_nothing = value is None or (isinstance(value, str) and not value.strip())
        clean = None if is_nothing else _READERS[self.type](self, value)
        if clean not in (None, []):
            return clean
        if self.required:
            raise Unexpected(gettext_noop("something, because it is needed"))
        return _NOTHING[self.type]() if self.type in _NOTHING else self.default


def validate_config(
    parameters: tuple[Parameter, ...], config: Mapping[str, object]
) -> dict[str, Any]:
    """Check the whole configuration of a widget.

    Args:
        parameters: Those of its kind.
        config: What is typed or sent, by name of parameter. What is not there has its default; so
            a form that leaves out a box that is not ticked says ``""`` for it.

    Returns:
        What is kept: the clean values of what was given.

    Raises:
        ConfigurationError: Values do not fit, names are unknown, or what is required is missing.
    """
    errors: dict[str, ParameterError] = {}
    clean: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.name not in config and not parameter.required:
            continue
        try:
            clean[parameter.name] = parameter.validate(config.get(parameter.name))
        except ParameterError as error:
            errors[parameter.name] = error
    known = [parameter.name for parameter in parameters]
    for name in config:
        if name not in known:
            errors[name] = _unknown(name, config[name], known)
    if errors:
        raise ConfigurationError(errors)
    return clean


_TEXT = gettext_noop("text without control characters")
_SHORTER = gettext_noop("at most %(most)s characters")


def _unknown(name: str, value: object, known: list[str]) -> ParameterError:
    if not known:
        return ParameterError(name, name, value, Unexpected(gettext_noop("nothing to be set")))
    expected = gettext_noop("one of the parameters %(known)s")
    return ParameterError(name, name, value, Unexpected(expected, known=", ".join(known)))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _most(parameter: Parameter) -> int:
    return _MOST[parameter.type] if parameter.most is None else parameter.most


def _text(parameter: Parameter, value: object) -> str:
    """Read a text of many lines."""
    if not isinstance(value, str):
        raise Unexpected(gettext_noop("text"))
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _NO_TEXT.search(text):
        raise Unexpected(_TEXT)
    if len(text) > _most(parameter):
        raise Unexpected(_SHORTER, most=_most(parameter))
    return text


def _line(parameter: Parameter, value: object) -> str:
    text = _text(parameter, value)
    if "\n" in text:
        raise Unexpected(gettext_noop("one line of text"))
    return text


def _lines(parameter: Parameter, value: object) -> list[str]:
    given = value.splitlines() if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(line, str) for line in given):
        raise Unexpected(gettext_noop("lines of text"))
    lines = list(dict.fromkeys(line.strip() for line in given if line.strip()))
    if any(_NO_TEXT.search(line) or "\n" in line for line in lines):
        raise Unexpected(_TEXT)
    if any(len(line) > LONGEST_LINE for line in lines):
        raise Unexpected(gettext_noop("lines of at most %(most)s characters"), most=LONGEST_LINE)
    if len(lines) > _most(parameter):
        raise Unexpected(gettext_noop("at most %(most)s lines"), most=_most(parameter))
    return lines


def _number(parameter: Parameter, value: object) -> int:
    least, most = parameter.least, parameter.most
    digits = rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}"
    if isinstance(value, str) and re.fullmatch(digits, value.strip()):
        value = int(value)
    is_over = most is not None and isinstance(value, int) and value > most
    is_under = least is not None and isinstance(value, int) and value < least
    if isinstance(value, int) and not (isinstance(value, bool) or is_over or is_under):
        return value
    if least is not None and most is not None:
        expected = gettext_noop("a whole number from %(least)s to %(most)s")
    elif least is not None:
        expected = gettext_noop("a whole number, %(least)s or more")
    elif most is not None:
        expected = gettext_noop("a whole number, %(most)s or less")
    else:
        expected = gettext_noop("a whole number")
    raise Unexpected(expected, least=least, most=most)


def _choice(parameter: Parameter, value: object) -> str:
    if isinstance(value, str) and value in parameter.choices:
        return value
    choices = ", ".join(parameter.choices)
    raise Unexpected(gettext_noop("one of %(choices)s"), choices=choices)


def _yes_no(parameter: Parameter, value: object) -> bool:
    del parameter
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _YES | _NO:
        return value.strip().lower() in _YES
    raise Unexpected(gettext_noop("yes or no"))


def _address(parameter: Parameter, value: object) -> str:
    text = _line(parameter, value)
    if is_web_address(text):
        return text
    raise Unexpected(gettext_noop("the address of a web page, as in https://example.org/page"))


def is_web_address(text: str) -> bool:
    """Say whether a text is the address of a web page, which a link may have.

    Args:
        text: What somebody typed.

    Returns:
        True for an http or https address with a host and without a password.
    """
    try:
        url = URL.from_text(text)
    except ValueError:
        return False
    is_web = url.scheme in {"http", "https"} and bool(url.host) and not url.userinfo
    return is_web and not re.search(r"\s", text)


_READERS: Mapping[Type, Callable[[Parameter, object], Any]] = {
    Type.TEXT: _line,
    Type.MARKDOWN: _text,
    Type.LINES: _lines,
    Type.NUMBER: _number,
    Type.CHOICE: _choice,
    Type.YES_NO: _yes_no,
    Type.ADDRESS: _address,
}
