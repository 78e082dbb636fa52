"""What people fill in is checked, and shown again with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest
import pytest_twisted
from klein import Klein
from twisted.internet.task import Clock
from twisted.web.iweb import IRequest
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from hubs.klein_app.assets import Assets
from hubs.klein_app.forms import PageForm, read_form
from hubs.klein_app.languages import Languages
from hubs.klein_app.templating import Templates
from hubs.model.words import gettext_noop
from hubs.widgets.registry import Registry
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Answer, Visitor

PAGE = """
{% from "forms.html" import csrf, field with context %}
<body>{{ csrf() }}{{ field(form.title, "As people say it.") }}{{ field(form.open) }}
"""


class LampForm(PageForm):
    title = StringField(gettext_noop("Members"), [InputRequired(), Length(max=10)])
    open = BooleanField("Open")

    def validate_title(self, field: Any) -> None:
        """Refuse one title with words that our catalogue has."""
        if field.data == "feed":
            raise ValidationError(gettext_noop("Members"))


@attrs.frozen
class Lamps:
    """A page with a form."""

    app = Klein()
    templates: Templates

    @app.route("/", methods=["GET", "POST"])
    def lamp(self, request: IRequest) -> str:
        language = Languages.load().choose(request.getHeader("Accept-Language"))
        form = read_form(LampForm, request, language, title='Old "lamp"')
        if request.method == b"POST" and form.validate():
            return f"{form.title.data}, {form.open.data}"
        return self.templates.render("page.html", {"form": form, "csrf_token": "tok<en"}, language)


@pytest_twisted.async_yield_fixture
async def lamps(assets: Assets) -> AsyncIterator[Visitor]:
    """Give somebody who looks at the page."""
    templates = Templates(Registry({}), assets, Clock(), {"page.html": PAGE})
    async with serving(Lamps(templates).app.resource()) as visitor:
        yield visitor


async def send(lamps: Visitor, body: str, **headers: str) -> Answer:
    kind = "application/x-www-form-urlencoded"
    return await lamps.get("/", "POST", body.encode("latin-1"), Content_Type=kind, **headers)


async def test_a_form_begins_with_what_is_there_and_the_token(lamps: Visitor) -> None:
    page = await lamps.get("/")
    assert 'value="Old &#34;lamp&#34;"' in page.html
    assert '<input type="hidden" name="csrf_token" value="tok&lt;en">' in page.html
    assert '<label for="title">Members</label>' in page.html
    assert 'aria-describedby="title-help"' in page.html
    assert "aria-invalid" not in page.html


async def test_what_is_right_is_taken(lamps: Visitor) -> None:
    assert (await send(lamps, "title=L%C3%A4mp&open=y")).html == "Lämp, True"
    assert (await send(lamps, "title=Lamp")).html == "Lamp, False"


async def test_what_is_wrong_is_shown_again_with_the_reason(lamps: Visitor) -> None:
    page = await send(lamps, "title=%3Cb%3E+is+too+long")
    assert 'value="&lt;b&gt; is too long"' in page.html
    assert 'aria-invalid="true"' in page.html
    assert 'aria-describedby="title-help title-error"' in page.html
    assert "cannot be longer than 10 characters" in page.text
    assert "This field is required." in (await send(lamps, "")).text


async def test_reasons_are_in_the_reader_s_language(lamps: Visitor) -> None:
    page = await send(lamps, "", Accept_Language="de")
    assert "Dieses Feld wird benötigt." in page.text
    assert "Mitglieder" in page.text
    assert "Mitglieder" in (await send(lamps, "title=feed", Accept_Language="de")).text


@pytest.mark.parametrize("body", ["title=%FF", "title=a%00b", "title=\xff"])
async def test_what_is_no_text_is_refused(lamps: Visitor, body: str) -> None:
    assert (await send(lamps, body)).status == 400
