"""Every error becomes `application/problem+json` (RFC 9457) here and nowhere else. No problem echoes the input."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.responses import Response
from uuid_utils.compat import uuid7

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
from app.http.protection import Protection
from app.schemas.errors_text import input_fault

_OF_FRAMEWORK: Mapping[int, type[Refusal]] = {
    404: NotFound,
    405: MethodNotAllowed,
    408: RequestTimeout,
    413: TooLarge,
}


HANDLED = (Refusal, RequestValidationError, HTTPException)


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""

    async def answer(request: Request, error: Exception) -> Response:
        return answer_to(request, error)

    async def answer_fault(request: Request, error: Exception) -> Response:
        # The framework raises it again, and the middleware logs it.
        exchange = exchange_of(request)
        return internal_error(exchange.request_id, exchange.deployment.settings.root_path)

    for kind in HANDLED:
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, answer_fault)


def answer_to(request: Request, error: Exception) -> Response:
    """The answer to an error of the `HANDLED` kinds."""
    if isinstance(error, HTTPException):
        return _framework_error(request, error)
    refusal = _validation_error(error) if isinstance(error, RequestValidationError) else error
    assert isinstance(refusal, Refusal), "no other kind is handled"
    exchange = exchange_of(request)
    return problem(exchange.request_id, refusal, root=exchange.deployment.settings.root_path)


def problem(request_id: str, refusal: Refusal, headers: Mapping[str, str] | None = None, *, root: str = "") -> Response:
    """The problem document of a refusal; `headers` are added to the refusal's, `root` is ROOT_PATH."""
    content: dict[str, object] = {
        "type": f"{root}/problems/{refusal.code}",
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


def early_problem(refusal: Refusal, protection: Protection, *, root: str) -> Response:
    """The problem for a request that does not reach the app, which gives other answers their id and headers."""
    request_id = str(uuid7())
    answer = problem(request_id, refusal, {"X-Request-Id": request_id}, root=root)
    answer.raw_headers = protection.added(answer.raw_headers)
    return answer


def _shown(fault: InputFault) -> dict[str, str]:
    return {"in": fault.place, "pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


def _validation_error(error: RequestValidationError) -> Refusal:
    faults = [input_fault(found) for found in error.errors()]
    if any(fault.place is Place.PATH for fault in faults):
        # A malformed id in the path was never issued.
        return NotFound()
    if wrong := [fault.pointer.removeprefix("/") for fault in faults if fault.place is Place.HEADER]:
        return BadHeader(
            f"The header {wrong[0]} is missing or malformed. The operation's description says what it takes."
        )
    return InvalidInput(faults)


def _framework_error(request: Request, error: HTTPException) -> Response:
    exchange = exchange_of(request)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() != "allow"}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        deployment = exchange.deployment
        refusal: Refusal = MethodNotAllowed(tuple(deployment.addresses.methods_at(request.scope, deployment.settings)))
    else:
        refusal = _OF_FRAMEWORK.get(error.status_code, MalformedRequest)()
    return problem(exchange.request_id, refusal, headers, root=exchange.deployment.settings.root_path)


def internal_error(request_id: str, root: str) -> Response:
    """The answer to a fault of ours, which shows nothing of it."""
    return problem(request_id, InternalError(), root=root)
