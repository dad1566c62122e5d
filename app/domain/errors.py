"""Every way the product refuses, as one small tree: a class is a status, a `code` is the stable reason.

Codes are additive: one that has been given out is never renamed. `http.problems` alone turns them into RFC 9457
problem documents; nothing below the routers knows about HTTP beyond the status that stands here.

    DomainError
    ├── BadRequest 400 ── Unauthenticated 401 ── Forbidden 403 ── NotFound 404 ── NotAcceptable 406
    ├── Conflict 409 ── StaleVersion 412 ── TooLarge 413 ── UnsupportedMediaType 415
    ├── InvalidInput 422 ── PreconditionRequired 428 ── TooManyRequests 429
    └── Unavailable 503 ── StorageFull 507
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal with a status, a stable code and a sentence for the person who asked."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Error"
    default_code: ClassVar[str] = "error"
    default_detail: ClassVar[str] = "The request could not be carried out."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        keeps_changes: bool = False,
    ) -> None:
        """`keeps_changes` commits what the transaction wrote although it refuses (a reused refresh token ends its
        session)."""
        self.detail = detail or self.default_detail
        self.code = code or self.default_code
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.keeps_changes = keeps_changes
        super().__init__(self.detail)


class BadRequest(DomainError):
    status = 400
    title = "The request is malformed"
    default_code = "malformed_request"


class Unauthenticated(DomainError):
    status = 401
    title = "Not signed in"
    default_code = "unauthenticated"
    default_detail = "Sign in first, and send the access token as 'Authorization: Bearer …'."


class Forbidden(DomainError):
    status = 403
    title = "Not allowed"
    default_code = "forbidden"
    default_detail = "Your role does not allow this."


class NotFound(DomainError):
    """Unknown, or another centre's: the two cannot be told apart from outside."""

    status = 404
    title = "Not found"
    default_code = "not_found"
    default_detail = "There is nothing here that you can see."


class NotAcceptable(DomainError):
    status = 406
    title = "No such representation"
    default_code = "not_acceptable"


class Conflict(DomainError):
    status = 409
    title = "The state does not allow this"
    default_code = "conflict"


class StaleVersion(DomainError):
    status = 412
    title = "Changed in the meantime"
    default_code = "stale_version"
    default_detail = (
        "This has changed since you read it, perhaps by an earlier request of your own. Read it again, then decide "
        "whether to repeat your change."
    )


class TooLarge(DomainError):
    status = 413
    title = "Too large"
    default_code = "too_large"


class UnsupportedMediaType(DomainError):
    status = 415
    title = "Unsupported media type"
    default_code = "unsupported_media_type"


@dataclass(frozen=True)
class InputFault:
    """One fault in the input: where (`body`, `query`, `path`, `header`), the RFC 6901 pointer, a code, a sentence."""

    place: str
    pointer: str
    code: str
    detail: str


class InvalidInput(DomainError):
    """The input itself is wrong; names every fault at once."""

    status = 422
    title = "The input is not valid"
    default_code = "invalid_input"

    def __init__(self, faults: Sequence[InputFault], *, code: str | None = None) -> None:
        count = len(faults)
        super().__init__(
            "One thing needs to be put right." if count == 1 else f"{count} things need to be put right.", code=code
        )
        self.faults = tuple(faults)


class PreconditionRequired(DomainError):
    status = 428
    title = "Precondition required"
    default_code = "precondition_required"
    default_detail = "Send the ETag that you last read in If-Match, so that nobody's work is overwritten."


class TooManyRequests(DomainError):
    status = 429
    title = "Too many requests"
    default_code = "too_many_requests"
    default_detail = "Too many requests. Wait, then try again."

    def __init__(
        self, retry_after_seconds: int, detail: str | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds), **(headers or {})})


class Unavailable(DomainError):
    status = 503
    title = "Not available right now"
    default_code = "unavailable"
    default_detail = "This is not available right now. Try again in a moment."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        extra: Mapping[str, Any] | None = None,
        retry_after_seconds: int = 2,
    ) -> None:
        super().__init__(detail, code=code, extra=extra, headers={"Retry-After": str(retry_after_seconds)})


class StorageFull(DomainError):
    status = 507
    title = "No room for the document"
    default_code = "storage_full"
    default_detail = "The document could not be stored because there is no room. Nothing was changed."


def fault(pointer: str, code: str, detail: str, *, place: str = "body") -> InvalidInput:
    """An `InvalidInput` with the one fault."""
    return InvalidInput([InputFault(place, pointer, code, detail)])
