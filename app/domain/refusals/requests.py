"""Requests that cannot be read, found, repeated or served, whatever they are about."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from app.domain.refusals.base import BadRequest, Conflict, Refusal, ServiceUnavailable, Unprocessable


class MalformedJson(BadRequest):
    """The request body is not valid JSON (RFC 8259) in UTF-8. Correct it and send it again."""

    because: str = ""


class BodyMissing(BadRequest):
    """This operation needs a JSON body. Send one."""


class BadIfMatch(BadRequest):
    """The If-Match header is not a valid ETag. Send the ETag exactly as you received it, with its quotes."""

    @property
    def detail(self) -> str:
        """With an example."""
        return f'{self.sentence} For example: If-Match: "7".'


class BadIdempotencyKey(BadRequest):
    """The Idempotency-Key must be 1 to 255 visible ASCII characters, without spaces. Use a UUID."""


class IdempotencyKeyRequired(BadRequest):
    """This operation moves money. Send an Idempotency-Key, so that a retry does not move it twice."""


class BadHeader(BadRequest):
    """A header is missing or malformed. Check the headers that the operation takes."""

    because: str = ""


class MalformedRequest(BadRequest):
    """The request could not be read. Check how it is encoded."""

    because: str = ""


class NotFound(Refusal):
    """There is nothing at this address, or you cannot see it. Check the address and who you are signed in as."""

    status = 404
    title = "Not found"
    because: str = ""


class MethodNotAllowed(Refusal):
    """This address does not take this method. The Allow header lists the methods it takes."""

    status = 405
    title = "Method not allowed"
    allow: tuple[str, ...] = ()

    @property
    def headers(self) -> Mapping[str, str]:
        """The methods that the address takes."""
        return {"Allow": ", ".join(self.allow)}


class NotAcceptable(Refusal):
    """The resource is not available in a format that your Accept header allows. 'available' lists the formats."""

    status = 406
    title = "No such representation"
    available: Annotated[tuple[str, ...], "The media types that are available."]

    @property
    def detail(self) -> str:
        """The formats."""
        return f"Send an Accept header that allows {' or '.join(self.available)}."


class RequestTimeout(Refusal):
    """The request did not arrive in time. Send it again."""

    status = 408
    title = "The request took too long to arrive"


class RequestInProgress(Conflict):
    """The first request with this Idempotency-Key is still running. Wait for Retry-After, then send it again."""

    @property
    def headers(self) -> Mapping[str, str]:
        """When to ask again."""
        return {"Retry-After": "1"}


class ChangedAtOnce(Conflict):
    """Somebody else made the same change at the same moment. Read it again, then decide whether to repeat yours."""

    last_line = True


class TooManyRecords(Conflict):
    """The limit for records of this kind has been reached, so no more can be added."""

    limit: int
    what: str

    @property
    def detail(self) -> str:
        """The limit."""
        return f"The limit of {self.limit:,} {self.what} has been reached, so no more can be added."


class StorageQuotaReached(Conflict):
    """The application or the centre has no room left for the file. Upload a smaller one, or ask us for more room."""

    limit_bytes: int
    of_application: bool = True

    @property
    def detail(self) -> str:
        """Whose room, and how much of it there is."""
        whose = "This application's documents" if self.of_application else "The documents of all your applications"
        return (
            f"{whose} may take {self.limit_bytes / (1024 * 1024):,.0f} MB in all, earlier versions included, and the "
            "file does not fit in. Upload a smaller one, or ask us for more room."
        )


class StaleVersion(Refusal):
    """This has changed since you read it. Read it again, then decide whether to repeat your change."""

    status = 412
    title = "Changed in the meantime"
    current_etag: Annotated[str | None, "The current version, as an `ETag`."] = None
    weak: bool = False

    @property
    def detail(self) -> str:
        """A weak tag needs another remedy."""
        if not self.weak:
            return self.sentence
        return "If-Match never matches a weak ETag. Remove the 'W/', which a proxy that compresses may have added."

    @property
    def headers(self) -> Mapping[str, str]:
        """The version that there is now."""
        return {} if self.current_etag is None else {"ETag": self.current_etag}


class TooLarge(Refusal):
    """The request or the file is too large. Send a smaller one."""

    status = 413
    title = "Too large"
    because: str = ""


class UnsupportedMediaType(Refusal):
    """The operation does not take a body of this media type. Accept-Post or Accept-Patch lists those it takes."""

    status = 415
    title = "Unsupported media type"
    because: str
    accepts: Mapping[str, str]

    @property
    def headers(self) -> Mapping[str, str]:
        """What is accepted."""
        return self.accepts


class RangeNotSatisfiable(Refusal):
    """The file is shorter than the range you asked for. Content-Range gives its size."""

    status = 416
    title = "Range not satisfiable"
    size: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The size of the file."""
        return {"Content-Range": f"bytes */{self.size}"}


class IdempotencyKeyReused(Unprocessable):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""

    title = "The key was used for another request"


class PreconditionRequired(Refusal):
    """Send the ETag that you last read in If-Match, so that you do not overwrite somebody else's work."""

    status = 428
    title = "Precondition required"


class TooManyRequests(Refusal):
    """You have sent too many requests. Wait for as long as Retry-After says, then try again."""

    status = 429
    title = "Too many requests"
    retry_after_seconds: int
    because: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> Mapping[str, str]:
        """When to try again, and where the caller stands."""
        return {"Retry-After": str(self.retry_after_seconds), **self.limits}


class HeadersTooLarge(Refusal):
    """The address and headers exceed 64 KiB together, or there are more than 128, or a proxy allows less. Send fewer or
    shorter headers."""

    status = 431
    title = "Headers too large"


class InternalError(Refusal):
    """Something went wrong on our side, and nothing was changed. Quote the request id when you report it."""

    status = 500
    title = "Something went wrong here"


class Unavailable(ServiceUnavailable):
    """This is not available right now. Wait for as long as Retry-After says, then try again."""

    because: str = ""


class Overloaded(ServiceUnavailable):
    """The service is too busy, and nothing was changed. Wait for as long as Retry-After says, then try again."""

    title = "Too busy at the moment"
    retry_after_seconds = 1


class DocumentDamaged(ServiceUnavailable):
    """The document is missing from our store or damaged, and we have been told. Ask for it, or upload it again."""

    title = "The document is damaged"
    retry_after_seconds = 600


class StorageFull(Refusal):
    """The document could not be stored because the document store is full. Nothing was changed. Try again later."""

    status = 507
    title = "No room for the document"
