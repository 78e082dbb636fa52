"""The OpenAPI document: right by itself, and the same as the routes."""

from __future__ import annotations

import json
import re

from openapi_spec_validator import validate

from hubs.klein_app.api.answers import ROOT
from hubs.klein_app.login.way import WayIn
from tests.klein_app.conftest import MakeApp
from tests.klein_app.visitor import Visitor


def _template(rule: str) -> str:
    return re.sub(r"<(?:[^<>:]*:)?(\w+)>", r"{\1}", rule)


async def test_the_document_is_openapi(visitor: Visitor) -> None:
    answer = await visitor.get(f"{ROOT}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    document = json.loads(answer.body)
    assert document["openapi"] == "3.1.0"
    validate(document)


async def test_the_document_has_the_routes_and_no_others(
    visitor: Visitor, make_app: MakeApp, way_in: WayIn
) -> None:
    document = json.loads((await visitor.get(f"{ROOT}/openapi.json")).body)
    described = {
        f"{method.upper()} {path}" for path, one in document["paths"].items() for method in one
    }
    routes = {
        f"{method} {_template(rule.rule)}"
        for rule in make_app(way_in=way_in).pages.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(f"{ROOT}/") and method not in {"HEAD", "OPTIONS"}
    }
    assert described | {f"GET {ROOT}/openapi.json"} == routes


async def test_each_operation_has_a_name_words_and_parameters(visitor: Visitor) -> None:
    document = json.loads((await visitor.get(f"{ROOT}/openapi.json")).body)
    operations = [
        (path, one) for path, methods in document["paths"].items() for one in methods.values()
    ]
    names = [one["operationId"] for _, one in operations]
    assert len(set(names)) == len(names)
    for path, one in operations:
        assert one["summary"].endswith("."), path
        parts = {part["name"] for part in one["parameters"] if part["in"] == "path"}
        assert parts == set(re.findall(r"{(\w+)}", path))
