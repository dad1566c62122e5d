"""Where a problem can occur, read from the document: for the page that explains it."""

from collections.abc import Iterator
from typing import NamedTuple

from app.domain.json_values import JsonObject
from app.http.contract.operations import PROBLEM


class Occurrence(NamedTuple):
    """An operation that can answer a problem."""

    operation_id: str
    tag: str
    summary: str


def occurrences(code: str, document: JsonObject) -> Iterator[Occurrence]:
    """The operations that can answer this problem: each response's examples are named by the codes that it can have."""
    shared = document["components"]["responses"]
    for item in document["paths"].values():
        for operation in (part for part in item.values() if "operationId" in part):
            responses = operation["responses"].values()
            resolved = (shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in responses)
            if any(code in one.get("content", {}).get(PROBLEM, {}).get("examples", {}) for one in resolved):
                yield Occurrence(operation["operationId"], operation["tags"][0], operation["summary"])
