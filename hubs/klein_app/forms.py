"""Forms that people fill in: checked, and shown again with what is wrong beside each field."""

from __future__ import annotations

import gettext
from typing import Any, TypeVar

from twisted.web.iweb import IRequest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import Form
from wtforms.i18n import messages_path

from hubs.klein_app.languages import Language

F = TypeVar("F", bound="PageForm")


class PageForm(Form):
    """A form of WTForms whose errors are in the reader's language.

    Its labels and texts are marked with `hubs.model.words.gettext_noop`; ``forms.html`` has the
    macros that draw it.
    """

    class Meta:
        """See https://wtforms.readthedocs.io/en/stable/meta/."""

        language: Language

        def get_translations(self, form: Form) -> gettext.NullTranslations:
            """Give the words of WTForms' own errors."""
            del form
            names = [str(self.language.locale), self.language.locale.language]
            return gettext.translation("wtforms", messages_path(), names, fallback=True)


def read_form(kind: type[F], request: IRequest, language: Language, **values: Any) -> F:
    """Make a form of what was sent, or of what is there already.

    Args:
        kind: The form.
        request: What a POST sent is taken for what somebody filled in.
        language: The reader's.
        values: What stands in the fields before, by name.

    Returns:
        The form; its method ``validate`` says whether all is well.

    Raises:
        BadRequest: What was sent is not in UTF-8, or holds what no text does.
    """
    return kind(_sent(request), data=values, meta={"language": language})


def _sent(request: IRequest) -> MultiDict[str, str] | None:
    if request.method != b"POST":
        return None
    fields: dict[bytes, list[bytes]] = request.args or {}
    try:
        pairs = [
            (name.decode("utf-8"), value.decode("utf-8"))
            for name, given in fields.items()
            for value in given
        ]
    except UnicodeDecodeError:
        raise BadRequest from None
    # No store of ours keeps it.
    if any("\0" in value for _, value in pairs):
        raise BadRequest
    return MultiDict(pairs)


def field_of(request: IRequest, name: str) -> str:
    """Give one field of a form that was sent.

    Args:
        request: The request.
        name: The name of the field.

    Returns:
        What stands in it; empty if it is not there.

    Raises:
        BadRequest: See `read_form`.
    """
    sent = _sent(request)
    return sent.get(name, "") if sent is not None else ""
