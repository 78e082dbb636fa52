"""A browser without JavaScript that keeps cookies, goes where it is sent and fills in forms."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urlencode, urlsplit

import attrs

from tests.klein_app.visitor import Answer, Visitor

FORM = "application/x-www-form-urlencoded"


@attrs.define
class Browser:
    """One person's.

    Attributes:
        visitor: Asks.
        cookies: What it sends, by name.
    """

    visitor: Visitor
    cookies: dict[str, str] = attrs.field(factory=dict)

    async def get(self, address: str, **headers: str) -> Answer:
        """Ask for a page: a path, or an address whose host does not count."""
        return await self._ask(address, "GET", b"", **headers)

    async def send(
        self, method: str, address: str, fields: dict[str, str], **headers: str
    ) -> Answer:
        """Send a form by any method."""
        return await self._ask(
            address, method, urlencode(fields).encode(), Content_Type=FORM, **headers
        )

    async def post(self, address: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form, whatever it says."""
        return await self.send("POST", address, fields, **headers)

    async def send_json(self, method: str, address: str, value: object, **headers: str) -> Answer:
        """Send JSON by any method."""
        body = json.dumps(value).encode()
        return await self._ask(
            address, method, body, **{"Content_Type": "application/json", **headers}
        )

    async def press(self, page: Answer, action: str, **fields: str) -> Answer:
        """Send a form of a page, with its hidden fields and those given."""
        start = rf'<form method="post" action="{action}"[^>]*>'
        form = re.search(f"{start}.*?</form>", page.html, re.DOTALL)
        assert form is not None, f"no form for {action}"
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0])
        sent = {name: unescape(value) for name, value in hidden}
        return await self.post(action, {**sent, **fields})

    async def _ask(self, address: str, method: str, body: bytes, **headers: str) -> Answer:
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.visitor.get(path, method, body, **headers)
        for name, value, rest in re.findall(
            r"([\w-]+)=([^;,]*)([^,]*)", answer.headers.get("set-cookie", "")
        ):
            self.cookies[name] = value
            if "Max-Age=0" in rest:
                del self.cookies[name]
        return answer
