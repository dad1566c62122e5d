"""Which answer carries which headers; `skeleton.yaml` describes each."""

from app.domain.json_values import JsonObject
from app.http.contract.operations import JSON, Operation

_ALWAYS = ["X-Request-Id", "Cache-Control"]
_OF_STATUS = {
    401: ["WWW-Authenticate"],
    412: ["ETag"],
    413: ["X-Body-Limit"],
    415: ["Accept-Post", "Accept-Patch", "Accept-Encoding"],
    416: ["Content-Range"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}


def of_problem(operation: Operation, status: int, codes: list[str]) -> list[str]:
    """The headers of a refusal."""
    waits = ["Retry-After"] if "request_in_progress" in codes else []
    return [*_ALWAYS, *_OF_STATUS.get(status, ()), *waits, *_of_every_answer(operation)]


def of_success(operation: Operation, status: str, answer: JsonObject) -> list[str]:
    """The headers of what is answered when all goes well, 304 included."""
    changed = status != "304"
    carried = {
        "ETag": operation.is_download or not changed or _is_tagged(operation, status, answer),
        "Location": operation.access.location is not None and status == "201",
        "Link": operation.is_paged and not operation.is_deprecated,
        "Idempotent-Replayed": operation.takes_key and changed,
        "Content-Disposition": changed and (operation.is_download or operation.is_negotiated),
        "Content-Security-Policy": changed and operation.is_download,
        "Accept-Ranges": changed and operation.is_download,
        "Vary": operation.is_negotiated,
        "Content-Range": status == "206",
    }
    return [*_ALWAYS, *(name for name, is_carried in carried.items() if is_carried), *_of_every_answer(operation)]


def _is_tagged(operation: Operation, status: str, answer: JsonObject) -> bool:
    """Every JSON answer that is read has a tag, and so has what was just made or changed and can be changed again."""
    content = answer.get("content", {})
    if status not in ("200", "201") or JSON not in content:
        return False
    return operation.method == "get" or operation.has_version(content[JSON]["schema"])


def _of_every_answer(operation: Operation) -> list[str]:
    counted = ["RateLimit", "RateLimit-Policy"] if operation.is_public_api else []
    return [*counted, *(["Link", "Deprecation", "Sunset"] if operation.is_deprecated else [])]
