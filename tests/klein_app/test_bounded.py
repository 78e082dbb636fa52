from __future__ import annotations

import pytest
from klein import Klein
from twisted.web.iweb import IRequest

from hubs.klein_app.bounded import LONGEST_BODY
from tests.klein_app.serving import serving


class Echo:
    """Says how much it was sent."""

    app = Klein()

    @app.route("/", methods=["POST"])
    def size(self, request: IRequest) -> str:
        assert request.content is not None
        return str(len(request.content.read()))


@pytest.mark.parametrize(
    ("length", "status"), [(LONGEST_BODY, 200), (LONGEST_BODY + 1, 413), (20 * LONGEST_BODY, 413)]
)
async def test_a_body_has_an_end(length: int, status: int) -> None:
    async with serving(Echo().app.resource()) as visitor:
        answer = await visitor.get("/", "POST", b"x" * length)
        assert answer.status == status
        if status == 200:
            assert answer.text == str(length)
        else:
            assert answer.text.startswith(f"Expected at most {LONGEST_BODY} bytes, got")
