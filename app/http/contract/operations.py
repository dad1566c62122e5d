"""One operation while it is described: what its route declares, and what of it already stands in the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.domain.refusals.base import Refusal
from app.http.access import Access

JSON = "application/json"
SCHEMA = "#/components/schemas/"


@dataclass(frozen=True)
class Operation:
    """`described` is the operation's own part of the document, which the other modules of this package complete."""

    id: str
    method: str
    path: str
    access: Access
    refuses: tuple[type[Refusal], ...]
    described: dict[str, Any]
    schemas: dict[str, Any]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Its parameters, as a list that can be added to."""
        found: list[dict[str, Any]] = self.described.setdefault("parameters", [])
        return found

    @cached_property
    def takes_if_match(self) -> bool:
        """True when it changes what has a version."""
        return any(parameter.get("name") == "If-Match" for parameter in self.parameters)

    @property
    def takes_key(self) -> bool:
        """True when a repeat with the same `Idempotency-Key` is answered as before."""
        return self.method == "post" and self.access.replays

    @property
    def body_types(self) -> frozenset[str]:
        """The media types of its body; none for an operation without."""
        return frozenset(self.described.get("requestBody", {}).get("content", ()))

    @property
    def takes_json(self) -> bool:
        """True for a JSON body, merge patches included."""
        return JSON in self.body_types

    @property
    def successes(self) -> dict[str, dict[str, Any]]:
        """The answers of 200 to 299 by status."""
        return {status: answer for status, answer in self.described["responses"].items() if status.startswith("2")}

    @cached_property
    def is_download(self) -> bool:
        """True when ranges of a stored file are served."""
        return "206" in self.described["responses"]

    @cached_property
    def is_negotiated(self) -> bool:
        """True when `Accept` chooses between JSON and something else."""
        content = self.described["responses"].get("200", {}).get("content", {})
        return JSON in content and len(content) > 1

    @property
    def is_public_api(self) -> bool:
        """True below `/v1`, where every caller's requests are counted."""
        return self.path.startswith("/v1/")

    @property
    def is_deprecated(self) -> bool:
        """True when it will go, as every answer then says."""
        return self.access.deprecation is not None

    @cached_property
    def path_names(self) -> list[str]:
        """The names of the parameters in its path, in order."""
        return [part.strip("{}") for part in self.path.split("/") if part.startswith("{")]

    def properties(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The properties of a JSON answer, of the first where it is a choice of schemas; none without JSON."""
        schema = answer.get("content", {}).get(JSON, {}).get("schema", {})
        while "$ref" in schema or "oneOf" in schema:
            schema = self.described_by(schema) if "$ref" in schema else schema["oneOf"][0]
        found: dict[str, Any] = schema.get("properties", {})
        return found

    def described_by(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema itself, or the component that it refers to."""
        named: dict[str, Any] = self.schemas[schema["$ref"].removeprefix(SCHEMA)] if "$ref" in schema else schema
        return named

    def has_version(self, schema: dict[str, Any]) -> bool:
        """True when the answer starts with the `etag` of an object that can change."""
        named = self.described_by(schema)
        return "etag" in named.get("properties", ()) or any(self.has_version(one) for one in named.get("oneOf", ()))


def schema_names(content: dict[str, Any]) -> Iterator[str]:
    """The names of the schemas that the media types of a body refer to."""
    for described in content.values():
        reference = described.get("schema", {}).get("$ref", "")
        if reference:
            yield reference.removeprefix(SCHEMA)
