"""The OpenAPI 3.1 document of the API, made of the declarations of its operations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hubs.klein_app.api.operation import Operation, Resource
from hubs.klein_app.api.problem import CONTENT_TYPE, Problem

#: Where the document is.
PATH = "/openapi.json"
_REF = "#/components/schemas/{model}"
_PART = re.compile(r"<(?:any\((?P<choices>[^)]*)\):)?(?P<name>\w+)>")
_DESCRIPTION = """\
All that the pages of Fedora Hubs show and do. Put `/api/v1` before the path of a page, and there
is its content for programs. Errors are problem details (RFC 9457). Lists name the path of their
next page in `next` and in the header `Link`. Every answer to a GET has an `ETag`: sent back in
`If-None-Match`, it is answered with 304 as long as nothing has changed."""
_SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A personal token; one makes it at /settings/tokens/.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "hubs",
        "description": "The session of a browser. Changes need the header X-CSRF-Token as well.",
    },
}


def path_of(operation: Operation) -> str:
    """Give the path of an operation as OpenAPI writes it, as in ``/api/v1/t/{name}/people/``."""
    return _PART.sub(r"{\g<name>}", operation.rule)


def document(resources: Iterable[Resource], url: str) -> dict[str, Any]:
    """Make the document.

    Args:
        resources: All there are.
        url: Where people find the portal, without a slash at the end; empty if it was not said.

    Returns:
        What JSON writes down.
    """
    known = list(resources)
    operations = [
        (resource.operations.tag, one) for resource in known for one in resource.operations.all
    ]
    paths: dict[str, dict[str, Any]] = {}
    for tag, operation in operations:
        paths.setdefault(path_of(operation), {})[operation.method.lower()] = {
            "tags": [tag],
            **_operation(operation),
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fedora Hubs",
            "version": "1",
            "description": _DESCRIPTION,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": url or "/"}],
        "tags": [{"name": resource.operations.tag} for resource in known],
        "paths": paths,
        "components": {
            "schemas": _schemas(operation for _, operation in operations),
            "securitySchemes": _SECURITY,
        },
    }


def _schemas(operations: Iterable[Operation]) -> Mapping[str, Any]:
    models: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (Problem, "serialization")
    ]
    for operation in operations:
        if operation.body:
            models.append((operation.body, "validation"))
        if operation.answer:
            models.append((operation.answer, "serialization"))
    _, found = models_json_schema(list(dict.fromkeys(models)), ref_template=_REF)
    schemas: Mapping[str, Any] = found["$defs"]
    return schemas


def _operation(operation: Operation) -> dict[str, Any]:
    summary, _, more = operation.words.partition("\n\n")
    said: dict[str, Any] = {
        "operationId": operation.function.__qualname__.replace("Resource.", "-"),
        "summary": summary,
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *_header_parameters(operation),
        ],
        "responses": _responses(operation),
        "security": _security(operation),
    }
    if more:
        said["description"] = more
    if operation.body:
        said["requestBody"] = {"required": True, "content": _content(operation.body)}
    return said


def _content(model: type[BaseModel], media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _path_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for part in _PART.finditer(operation.rule):
        schema: dict[str, Any] = {"type": "string", "minLength": 1}
        if part["choices"]:
            schema = {"type": "string", "enum": re.split(r",\s*", part["choices"])}
        yield {"name": part["name"], "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(ref_template=_REF)
    definitions = schema.get("$defs", {})
    for name, one in schema["properties"].items():
        yield {"name": name, "in": "query", "schema": _written_out(one, definitions)}


def _written_out(schema: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Give the schema of a parameter without references, and without null: a query has none."""
    if "$ref" in schema:
        rest = {name: value for name, value in schema.items() if name != "$ref"}
        return {**definitions[schema["$ref"].rpartition("/")[2]], **rest}
    given: Sequence[dict[str, Any]] = schema.get("anyOf", ())
    others = [one for one in given if one != {"type": "null"}]
    if not others:
        return schema
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    return {**others[0], **rest}


def _header_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.versioned:
        yield {
            "name": "If-Match",
            "in": "header",
            "description": "The ETag of what was read: if it has changed since, nothing is done.",
            "schema": {"type": "string"},
        }


def _security(operation: Operation) -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = [{"token": []}, {"session": []}]
    open_to_all = not (operation.changes or operation.person)
    return [{}, *known] if open_to_all else known


def _responses(operation: Operation) -> dict[str, Any]:
    done: dict[str, Any] = {"description": operation.status.phrase}
    if operation.answer:
        done["content"] = _content(operation.answer)
    said = {str(int(operation.status)): done}
    if not operation.changes:
        said["304"] = {"description": "Nothing has changed."}
    for status in sorted(set(_refusals(operation))):
        said[str(int(status))] = {
            "description": status.phrase,
            "content": _content(Problem, CONTENT_TYPE),
        }
    return said


def _refusals(operation: Operation) -> Iterator[HTTPStatus]:
    yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE)
    if operation.changes or operation.action is not None:
        yield HTTPStatus.FORBIDDEN
    if "<" in operation.rule or operation.body:
        yield HTTPStatus.NOT_FOUND
    if operation.query or operation.body:
        yield HTTPStatus.UNPROCESSABLE_ENTITY
    if operation.body:
        yield from (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if operation.conflicts:
        yield HTTPStatus.CONFLICT
    if operation.versioned:
        yield from (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)
