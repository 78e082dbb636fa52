from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import WriteConcern
from pymongo.results import DeleteResult, UpdateResult
from twisted.internet.defer import Deferred
from txmongo.database import Database

class Collection:
    def __init__(
        self, database: Database, name: str, write_concern: WriteConcern = ...
    ) -> None: ...
    def find_one(
        self, filter: Mapping[str, Any], projection: Mapping[str, Any] = ...
    ) -> Deferred[dict[str, Any] | None]: ...
    def find_one_and_update(
        self,
        filter: Mapping[str, Any],
        update: Mapping[str, Any],
        projection: Mapping[str, Any] = ...,
        upsert: bool = ...,
        return_document: bool = ...,
    ) -> Deferred[dict[str, Any]]: ...
    def find(self, filter: Mapping[str, Any]) -> Deferred[list[dict[str, Any]]]: ...
    def aggregate(
        self, pipeline: Sequence[Mapping[str, Any]]
    ) -> Deferred[list[dict[str, Any]]]: ...
    def delete_one(self, filter: Mapping[str, Any]) -> Deferred[DeleteResult]: ...
    def update_one(
        self, filter: Mapping[str, Any], update: Mapping[str, Any]
    ) -> Deferred[UpdateResult]: ...
