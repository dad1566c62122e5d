"""Every error becomes `application/problem+json` (RFC 9457) here and nowhere else. No problem echoes the input."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.domain.refusals.base import Refusal
from app.domain.refusals.input import InputFault, InvalidInput, Place
from app.domain.refusals.requests import (
    BadHeader,
    InternalError,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    RequestTimeout,
    TooLarge,
)
from app.http.exchange import exchange_of
from app.schemas.errors_text import input_fault

_OF_FRAMEWORK: Mapping[int, type[Refusal]] = {
    404: NotFound,
    405: MethodNotAllowed,
    408: RequestTimeout,
    413: TooLarge,
}


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    app.add_exception_handler(Refusal, _refusal)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _validation_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _framework_error)  # type: ignore[arg-type]


def problem(request_id: str, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The problem document of a refusal; `headers` are added to the refusal's."""
    content: dict[str, object] = {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.detail,
        "request_id": request_id,
        **refusal.members,
    }
    if isinstance(refusal, InvalidInput):
        content["errors"] = [_shown(fault) for fault in refusal.errors]
    return Response(
        json.dumps(to_jsonable_python(content), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        refusal.status,
        {"Cache-Control": "no-store", **refusal.headers, **(headers or {})},
        "application/problem+json",
    )


def _shown(fault: InputFault) -> dict[str, str]:
    return {"in": fault.place, "pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


async def _refusal(request: Request, error: Refusal) -> Response:
    return problem(exchange_of(request).request_id, error)


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    faults = [input_fault(found) for found in error.errors()]
    if any(fault.place is Place.PATH for fault in faults):
        # A malformed id in the path was never issued.
        return problem(exchange_of(request).request_id, NotFound())
    if any(fault.place is Place.HEADER for fault in faults):
        return problem(exchange_of(request).request_id, BadHeader())
    return problem(exchange_of(request).request_id, InvalidInput(faults))


async def _framework_error(request: Request, error: HTTPException) -> Response:
    exchange = exchange_of(request)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() != "allow"}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return problem(
            exchange_of(request).request_id,
            MethodNotAllowed(tuple(exchange_of(request).deployment.addresses.methods_at(request.scope))),
            headers,
        )
    return problem(exchange.request_id, _OF_FRAMEWORK.get(error.status_code, MalformedRequest)(), headers)


def internal_error(request_id: str) -> Response:
    """The answer to a fault of ours, which shows nothing of it."""
    return problem(request_id, InternalError())
