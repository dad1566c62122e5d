"""Check one response against the contract: status, media type, body, headers, and the problem's code."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

METHODS = frozenset({"get", "put", "post", "patch", "delete", "head", "options", "trace"})
PROBLEM = "application/problem+json"
# Generic headers about the connection, the browser or the cache. Every other header must be documented at the
# response that has it.
UNDESCRIBED = frozenset(
    {
        "content-type",
        "content-length",
        "connection",
        "cache-control",
        "pragma",
        "vary",
        "x-content-type-options",
        "referrer-policy",
        "x-frame-options",
        "cross-origin-resource-policy",
        "cross-origin-opener-policy",
        "content-security-policy",
        "strict-transport-security",
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-expose-headers",
    }
)
_URI = "urn:contract"


@dataclass(frozen=True)
class Answer:
    """A response and its request."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    """By lower-case names."""
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def code(self) -> str:
        """The problem's code, or an empty string."""
        if self.media_type != PROBLEM:
            return ""
        try:
            return str(json.loads(self.body).get("code", ""))
        except ValueError:
            return ""


class Contract:
    """Validates responses against a document. Compiles schemas when first needed."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_URI, document)])
        self._validators: dict[str, Any] = {}
        # A concrete path wins over a template (OpenAPI 3.1, section Paths Object).
        self._paths = [
            (re.compile(re.sub(r"{[^}]+}", "[^/]+", path)), path)
            for path in sorted(document["paths"], key=lambda path: (path.count("{"), path))
        ]

    @cached_property
    def operations(self) -> dict[str, tuple[str, str]]:
        """Each `operationId`, with its path and its method in lower case."""
        return {
            described["operationId"]: (path, method)
            for path, item in self.document["paths"].items()
            for method, described in item.items()
            if method in METHODS
        }

    def paths_of(self, address: str) -> list[str]:
        """Every path of the document that matches the address, most specific first."""
        return [path for pattern, path in self._paths if pattern.fullmatch(address)]

    def operations_of(self, answer: Answer) -> list[str]:
        """The operation of the answer's address and method; HEAD is the GET's.

        A deprecated operation with a pattern lives on at the addresses of those that replace it, so the answer is
        theirs and its. A 405 is an answer of every operation at the address.
        """
        method = "get" if answer.method == "HEAD" else answer.method.lower()
        paths = self.paths_of(answer.path)
        taken = [self.document["paths"][path][method] for path in paths if method in self.document["paths"][path]]
        if taken:
            first, *others = taken
            shared = [first, *(other for other in others if other.get("deprecated"))]
            return [str(described["operationId"]) for described in shared]
        if answer.status != 405:
            return []
        return [str(item["operationId"]) for path in paths[:1] for item in self._methods(path).values()]

    def _methods(self, path: str) -> dict[str, Any]:
        return {name: item for name, item in self.document["paths"][path].items() if name in METHODS}

    def response(self, operation: str, status: int) -> tuple[dict[str, Any], str] | None:
        """The documented response and its JSON pointer, or None for an undocumented status."""
        path, method = self.operations[operation]
        found = self.document["paths"][path][method]["responses"].get(str(status))
        if found is None:
            return None
        if "$ref" in found:
            name = found["$ref"].rsplit("/", 1)[-1]
            return self.document["components"]["responses"][name], f"/components/responses/{name}"
        return found, f"/paths/{_escaped(path)}/{method}/responses/{status}"

    def codes(self, operation: str, status: int) -> set[str]:
        """The documented problem codes of the operation for this status."""
        found = self.response(operation, status)
        content = found[0].get("content", {}).get(PROBLEM, {}) if found else {}
        named = {
            example.get("value", {}).get("code", name) if "$ref" not in example else name
            for name, example in content.get("examples", {}).items()
        }
        return named | ({content["example"]["code"]} if "example" in content and not named else set())

    def faults(self, answer: Answer) -> list[str]:
        """Violations of the document. Each names the operation and the status."""
        found = self.operations_of(answer)
        if answer.status == 405:
            return [f"{answer.method} {answer.path} → 405: {fault}" for fault in self._wrong_method(answer)]
        if not found:
            # A CORS preflight is not an operation, and a disabled sandbox has no addresses.
            off = answer.status == 404 and answer.path.startswith("/v1/sandbox/")
            if self.paths_of(answer.path) and answer.method != "OPTIONS" and not off:
                return [f"{answer.method} {answer.path} → {answer.status}: the method is not in the document"]
            return []
        return [
            f"{operation} → {answer.status}: {fault}"
            for operation in found
            for fault in self._faults(operation, answer)
        ]

    def _wrong_method(self, answer: Answer) -> list[str]:
        paths = self.paths_of(answer.path)
        if not paths:
            return []
        # `…/details/history` takes what `…/details/{group}` takes too; a path without parameters stands alone.
        shared = paths if "{" in paths[0] else paths[:1]
        taken = {name.upper() for path in shared for name in self._methods(path)}
        taken |= {"HEAD"} if "GET" in taken else set()
        allowed = {name.strip() for name in answer.headers.get("allow", "").split(",")}
        faults = [] if allowed == taken else [f"Allow is {sorted(allowed)}, and the document has {sorted(taken)}"]
        documented = [name for name in self.operations_of(answer) if self.response(name, 405) is not None]
        return faults + [fault for name in documented for fault in self._faults(name, answer)]

    def _faults(self, operation: str, answer: Answer) -> list[str]:
        found = self.response(operation, answer.status)
        if found is None:
            return [f"the status is not documented ({answer.body[:200]!r})"]
        described, pointer = found
        return [
            *self._header_faults(described, pointer, answer),
            *self._body_faults(described, pointer, answer),
            *self._problem_faults(operation, answer),
        ]

    def _header_faults(self, described: dict[str, Any], pointer: str, answer: Answer) -> list[str]:
        faults = []
        headers = described.get("headers", {})
        for name, header in headers.items():
            where = f"{pointer}/headers/{_escaped(name)}"
            if "$ref" in header:
                where = header["$ref"].removeprefix("#")
                header = self.document["components"]["headers"][header["$ref"].rsplit("/", 1)[-1]]
            value = answer.headers.get(name.lower())
            if value is None:
                faults += [f"the header {name} is missing"] if header.get("required") else []
                continue
            wrong = self._invalid(f"{where}/schema", _typed(value, self._resolved(header["schema"])))
            faults += [f"the header {name} is {value!r}: {message}" for message in wrong]
        known = {name.lower() for name in headers} | UNDESCRIBED
        return faults + [f"the header {name} is not documented" for name in answer.headers if name not in known]

    def _body_faults(self, described: dict[str, Any], pointer: str, answer: Answer) -> list[str]:
        content = described.get("content", {})
        if answer.method == "HEAD":
            return ["HEAD has a body"] if answer.body else []
        if not content:
            return ["there is a body, and none is documented"] if answer.body else []
        if answer.media_type not in content:
            return [f"the media type {answer.media_type or 'none'} is not among {sorted(content)}"]
        schema = content[answer.media_type].get("schema")
        if schema is None or self._resolved(schema).get("format") == "binary":
            return []
        if not answer.media_type.endswith("json"):
            value: Any = answer.body.decode("utf-8", "replace")
        else:
            try:
                value = json.loads(answer.body)
            except ValueError as error:
                return [f"the body is not JSON: {error}"]
        return self._invalid(f"{pointer}/content/{_escaped(answer.media_type)}/schema", value)

    def _problem_faults(self, operation: str, answer: Answer) -> list[str]:
        if answer.status < 400 or answer.media_type != PROBLEM or answer.method == "HEAD":
            return []
        problem = json.loads(answer.body)
        code, codes = problem.get("code"), self.codes(operation, answer.status)
        # What stands before is ROOT_PATH.
        type_ = problem.get("type")
        checks = {
            f"the problem's status is {problem.get('status')}": problem.get("status") == answer.status,
            f"the type is {type_} and the code {code}": str(type_).endswith(f"/problems/{code}"),
            f"the code {code} is not among {sorted(codes)}": code in codes,
            "the request id differs from the header": problem.get("request_id") == answer.headers.get("x-request-id"),
        }
        return [fault for fault, holds in checks.items() if not holds]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        return dict(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])

    def _invalid(self, pointer: str, value: Any) -> list[str]:
        """The first few validation errors of the value against the schema at the pointer."""
        if pointer not in self._validators:
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_URI}#{_fragment(pointer)}"}, registry=self._registry, validate_formats=True
            )
        validator = self._validators[pointer]
        if validator.is_valid(value):
            return []
        return [
            f"{'/'.join(str(part) for part in error.instance_path) or 'the whole'}: {error.message[:300]}"
            for error, _ in zip(validator.iter_errors(value), range(5), strict=False)
        ]


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _fragment(pointer: str) -> str:
    return pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D").replace("+", "%2B")


def _typed(value: str, schema: dict[str, Any]) -> Any:
    """Convert a header's text to its schema's type."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value
