"""The headers of answers: each described once, and which answer carries which."""

from typing import Any

from app.domain.refusals.catalogue import REFUSALS
from app.http.contract.operations import JSON, Operation

_TAG = r'^"[!#-~]*"$'
_LIMITS = r'"[a-z_]+";r=\d+;t=\d+'
_LINK = '<[^<>]+>; rel="(next|deprecation|sunset)"'
_POLICIES = r'"[a-z_]+";q=\d+;w=\d+'


def _header(description: str, example: str, most: int, *, always: bool = False, **schema: Any) -> dict[str, Any]:
    """A header of at most so many characters."""
    return {
        "description": description,
        "required": always,
        "schema": {"type": "string", "maxLength": most, **schema},
        "example": example,
    }


def _number(description: str, example: int, most: int) -> dict[str, Any]:
    return {
        "description": description,
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": most},
        "example": example,
    }


# `always` is for those that every answer has which names them here at all.
HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": _header(
        "The request's id: yours if you sent a valid one. Quote it when you report a problem.",
        "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
        128,
        always=True,
        pattern="^[A-Za-z0-9._-]{1,128}$",
    ),
    "Cache-Control": _header(
        "Who may cache the answer, and for how long (RFC 9111).", "private, no-cache", 200, always=True
    ),
    "ETag": _header(
        "The answer's version, which changes whenever the answer would. Send it in `If-Match` to change the resource, "
        "or in `If-None-Match` to read it only if it changed. The shorter `etag` in a body works in `If-Match` only.",
        '"7.0f2c1a9be04d5e6f77"',
        200,
        pattern=_TAG,
    ),
    "Location": _header(
        "The path of the created resource.",
        "/v1/applications/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
        500,
        always=True,
        format="uri-reference",
    ),
    "Link": _header(
        'Related addresses (RFC 8288): `rel="next"` is the next page, absent on the last; for a deprecated operation '
        '`rel="deprecation"` and `rel="sunset"` are the page that explains it.',
        '</v1/applications?limit=25&cursor=eyJhZnRlciI6IjAxOTMifQ>; rel="next"',
        4000,
        pattern=f"^{_LINK}(, {_LINK})*$",
    ),
    "Idempotent-Replayed": _header(
        "Present if this is the stored answer to an earlier request with the same `Idempotency-Key`.",
        "true",
        4,
        const="true",
    ),
    "RateLimit": _header(
        "Your standing under each rate limit: `r` requests remain, and more are added in `t` seconds.",
        '"caller";r=1180;t=1',
        500,
        pattern=f"^{_LIMITS}(, {_LIMITS})*$",
    ),
    "RateLimit-Policy": _header(
        "The rate limits that apply: `q` requests in `w` seconds.",
        '"caller";q=1200;w=60',
        500,
        pattern=f"^{_POLICIES}(, {_POLICIES})*$",
    ),
    "Retry-After": _number("How many seconds to wait before retrying.", 2, 86_400),
    "WWW-Authenticate": _header(
        "How to authenticate (RFC 9110 section 11.6.1). `error` marks a token that is no longer valid.",
        'Bearer error="invalid_token"',
        200,
        always=True,
        pattern="^(Bearer|Basic)",
    ),
    "Accept-Post": _header(
        "The accepted media types of the body.", "application/json", 200, pattern="^[!-~]+(, [!-~]+)*$"
    ),
    "Accept-Patch": _header(
        "The accepted media types of the patch (RFC 5789).",
        "application/json, application/merge-patch+json",
        200,
        pattern="^[!-~]+(, [!-~]+)*$",
    ),
    "Accept-Encoding": _header(
        "The accepted content codings of the body (RFC 9110 section 12.5.3): none.", "identity", 8, const="identity"
    ),
    "X-Body-Limit": _number("The maximum size of the request body in bytes.", 1_048_576, 1 << 40),
    "Content-Disposition": _header(
        "The name to save the file under (RFC 6266).",
        'attachment; filename="Appeals procedure.pdf"',
        2000,
        pattern="^attachment; filename",
    ),
    "Content-Security-Policy": _header(
        "Stops a browser from running the file's content.", "default-src 'none'; sandbox", 200, always=True
    ),
    "Accept-Ranges": _header(
        "The file can be requested in parts with `Range`.", "bytes", 5, always=True, const="bytes"
    ),
    "Content-Range": _header(
        "The range returned and the size of the file; with 416 only the size.",
        "bytes 0-1023/48213",
        100,
        always=True,
        pattern=r"^bytes (\d+-\d+|\*)/\d+$",
    ),
    "Vary": _header("The request headers that the answer depends on.", "Accept", 200),
    "Deprecation": _header(
        "When the operation was deprecated (RFC 9745), in seconds since 1970. Left out only where the server refuses a "
        "request before it knows the operation (431, `overloaded`).",
        "@1798761600",
        20,
        pattern=r"^@\d+$",
    ),
    "Sunset": _header(
        "When the operation will be removed (RFC 8594), as an HTTP date.", "Fri, 31 Dec 2027 23:59:59 GMT", 40
    ),
}

_OF_STATUS: dict[int, tuple[str, ...]] = {
    401: ("WWW-Authenticate",),
    412: ("ETag",),
    413: ("X-Body-Limit",),
    415: ("Accept-Post", "Accept-Patch", "Accept-Encoding"),
    416: ("Content-Range",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def refer(names: list[str]) -> dict[str, Any]:
    """The headers of an answer, by reference."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def of_problem(status: int, codes: tuple[str, ...], *, counted: bool, deprecated: bool) -> list[str]:
    """The headers of a refusal; `counted` where the caller's requests are, below `/v1`."""
    names = ["X-Request-Id", "Cache-Control", *_OF_STATUS.get(status, ())]
    if "request_in_progress" in codes:
        names.append("Retry-After")
    assert all(REFUSALS[code].status == status for code in codes)
    return names + _of_every_answer(counted=counted, deprecated=deprecated)


def of_success(operation: Operation, status: str, answer: dict[str, Any]) -> list[str]:
    """The headers of what is answered when all goes well, 304 included."""
    names = ["X-Request-Id", "Cache-Control"]
    content = answer.get("content", {})
    reading = operation.method == "get"
    if operation.is_download or status == "304" or _is_tagged(operation, status, content):
        names.append("ETag")
    if operation.access.location is not None and status == "201":
        names.append("Location")
    if (
        reading
        and not operation.is_deprecated
        and any(parameter.get("name") == "cursor" for parameter in operation.parameters)
    ):
        names.append("Link")
    if operation.takes_key and status != "304":
        names.append("Idempotent-Replayed")
    if operation.is_download and status != "304":
        names += ["Content-Disposition", "Content-Security-Policy", "Accept-Ranges"]
    if operation.is_negotiated:
        names += ["Vary"] if status == "304" else ["Content-Disposition", "Vary"]
    if status == "206":
        names.append("Content-Range")
    return names + _of_every_answer(counted=operation.is_public_api, deprecated=operation.is_deprecated)


def _is_tagged(operation: Operation, status: str, content: dict[str, Any]) -> bool:
    """Every JSON answer that is read has a tag, and so has what was just made or changed and can be changed again."""
    if status not in ("200", "201") or JSON not in content:
        return False
    return operation.method == "get" or operation.has_version(content[JSON]["schema"])


def _of_every_answer(*, counted: bool, deprecated: bool) -> list[str]:
    names = ["RateLimit", "RateLimit-Policy"] if counted else []
    return [*names, "Link", "Deprecation", "Sunset"] if deprecated else names
