"""Request bodies: their media type, strict JSON, and forms."""

import email.message
import hashlib
import json
from contextlib import aclosing
from typing import Annotated, Protocol

from fastapi import Request, UploadFile
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as ReceivedFile

from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import BodyMissing, MalformedJson, UnsupportedMediaType
from app.http.exchange import exchange_of, joined_header
from app.http.forms import read_form
from app.http.parameters import check_form, form_fields
from app.integrations.storage import receive_file
from app.schemas.refused import refused

# No object of the contract has nearly as many. Each unknown name becomes an entry of the answer, and 100,000 of them
# would keep the process busy for seconds.
_MOST_NAMES = 200


class Body(Protocol):
    """How a route takes its body."""

    async def receive(self, request: Request) -> None:
        """Take the bytes in, before a database connection is taken: a slow sender must hold none."""

    async def check(self, request: Request) -> None:
        """Judge what `receive` could not, because access is judged first. Raises 415 and 400."""

    async def digest(self, request: Request) -> bytes:
        """A hash of the content, to tell a repeated request from another one."""


class NoBody:
    """A route without a body never reads one, but for telling repeats apart."""

    async def receive(self, request: Request) -> None:
        """Do nothing."""

    async def check(self, request: Request) -> None:
        """Do nothing."""

    async def digest(self, request: Request) -> bytes:
        """The hash of the bytes."""
        return hashlib.sha256(await request.body()).digest()


class JsonBody(NoBody):
    """A JSON body; a PATCH may call it a merge patch."""

    async def receive(self, request: Request) -> None:
        """Keep the bytes."""
        await request.body()

    async def check(self, request: Request) -> None:
        """Raises 415 and 400."""
        patch = ("application/merge-patch+json",) if request.method == "PATCH" else ()
        _check_media_type(request, ("application/json", *patch))
        await request.json()


class FormBody(NoBody):
    """A form. Parsing writes its files to disk, so the route admits the caller before it comes to this."""

    def __init__(self, route: APIRoute, media_type: str) -> None:
        self._media_type = media_type
        self._fields = form_fields(route.dependant)

    async def receive(self, request: Request) -> None:
        """Parse the form. Raises 415 and 422 for names that the form does not have."""
        _check_media_type(request, (self._media_type,))
        check_form((await request.form()).multi_items(), self._fields)
        if "idempotency-key" in request.headers:
            # Now, because it is slow and no connection is held yet.
            request.state.form_digest = await self._hash(request)

    async def digest(self, request: Request) -> bytes:
        """The hash of the fields: a multipart boundary is no content."""
        found: bytes = request.state.form_digest
        return found

    async def _hash(self, request: Request) -> bytes:
        digest = hashlib.sha256()
        for name, value in sorted((await request.form()).multi_items(), key=lambda item: item[0]):
            digest.update(f"{name}\n".encode())
            if isinstance(value, ReceivedFile):
                spool = await receive_file(value.file)
                digest.update(f"{value.filename}\n{spool.sha256()}".encode())
            else:
                digest.update(value.encode("utf-8", "surrogatepass"))
        return digest.digest()


def body_of(route: APIRoute) -> Body:
    """The kind of body that a route's endpoint declares."""
    if route.body_field is None:
        return NoBody()
    declared = route.body_field.field_info
    return FormBody(route, declared.media_type) if isinstance(declared, Form) else JsonBody()


class StrictRequest(Request):
    """A request whose JSON is parsed strictly, and once, and whose files go where the document store takes them."""

    _json: object

    async def json(self) -> object:
        """The parsed body. Raises `BodyMissing` and `MalformedJson`."""
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json

    async def _get_form(self, **limits: float) -> FormData:
        if self._form is None and self.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            async with aclosing(self.stream()) as stream:
                new_spool = exchange_of(self).deployment.store.spool
                self._form = await read_form(self.headers["content-type"], stream, new_spool)
        return await super()._get_form(**limits)  # type: ignore[arg-type]


def parse_json(body: bytes) -> object:
    """RFC 8259 JSON in UTF-8, without `NaN`, and with each name once in an object. Raises `BodyMissing` and
    `MalformedJson`."""
    if not body:
        raise BodyMissing
    try:
        parsed: object = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise MalformedJson("The body is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise MalformedJson(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise MalformedJson("The body is nested too deeply.") from error
    except ValueError as error:
        raise MalformedJson(
            "The body has NaN, Infinity, a number that is too long, or the same name twice in one object. Remove it."
        ) from error
    return parsed


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > _MOST_NAMES:
        raise MalformedJson(f"An object in the body has more than {_MOST_NAMES} names.")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body uncompressed.", {"Accept-Encoding": "identity"})
    content_type = joined_header(request, "content-type")
    if content_type == accepted[0]:
        return
    message = email.message.Message()
    message["content-type"] = content_type
    charset = message.get_content_charset("utf-8")
    if message.get_content_type() not in accepted or charset not in ("utf-8", "utf8", "us-ascii"):
        header = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
        raise UnsupportedMediaType(
            f"Send the body as {' or '.join(accepted)}, in UTF-8.", {header: ", ".join(accepted)}
        )


def _require_file(value: object) -> object:
    if not isinstance(value, ReceivedFile):
        raise refused(InputFaultCode.NOT_A_FILE, "Choose a file. Send it as a part of the form with a `filename`.")
    return value


FilePart = Annotated[UploadFile, BeforeValidator(_require_file)]
"""A file in a form: the framework has no error of its own for text in its place."""
