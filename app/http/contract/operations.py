"""One operation while it is described: what its route declares, and what of it already stands in the document."""

from dataclasses import dataclass
from functools import cached_property

from app.domain.json_values import JsonObject
from app.domain.refusals.base import Refusal
from app.http.access import Access

JSON = "application/json"
PROBLEM = "application/problem+json"
SCHEMA = "#/components/schemas/"


@dataclass(frozen=True)
class Operation:
    """`described` is the operation's own part of the document, which the other modules of this package complete."""

    id: str
    method: str
    path: str
    access: Access
    refuses: tuple[type[Refusal], ...]
    described: JsonObject
    schemas: JsonObject

    @property
    def parameters(self) -> list[JsonObject]:
        """Its parameters, as a list that can be added to."""
        found: list[JsonObject] = self.described.setdefault("parameters", [])
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
    def responses(self) -> dict[str, JsonObject]:
        """Its answers by status."""
        found: dict[str, JsonObject] = self.described["responses"]
        return found

    @property
    def successes(self) -> dict[str, JsonObject]:
        """The answers of 200 to 299 by status."""
        return {status: answer for status, answer in self.responses.items() if status.startswith("2")}

    @cached_property
    def is_download(self) -> bool:
        """True when ranges of a stored file are served."""
        return "206" in self.responses

    @cached_property
    def is_negotiated(self) -> bool:
        """True when `Accept` chooses between representations."""
        return len(self.responses.get("200", {}).get("content", {})) > 1 and not self.is_download

    @cached_property
    def is_paged(self) -> bool:
        """True for a list that is answered in pages."""
        return any(parameter.get("name") == "cursor" for parameter in self.parameters)

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

    def properties(self, answer: JsonObject) -> JsonObject:
        """The properties of a JSON answer, of the first where it is a choice of schemas; none without JSON."""
        schema = answer.get("content", {}).get(JSON, {}).get("schema", {})
        while "$ref" in schema or "oneOf" in schema:
            schema = self.described_by(schema) if "$ref" in schema else schema["oneOf"][0]
        found: JsonObject = schema.get("properties", {})
        return found

    def described_by(self, schema: JsonObject) -> JsonObject:
        """Return the schema itself, or the component that it refers to."""
        named: JsonObject = self.schemas[schema["$ref"].removeprefix(SCHEMA)] if "$ref" in schema else schema
        return named

    def has_version(self, schema: JsonObject) -> bool:
        """True when the answer starts with the `etag` of an object that can change."""
        named = self.described_by(schema)
        return "etag" in named.get("properties", ()) or any(self.has_version(one) for one in named.get("oneOf", ()))
