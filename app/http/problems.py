"""Every error becomes `application/problem+json` (RFC 9457) here and nowhere else. No problem echoes the input."""

import json
from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.domain.errors import BadRequest, DomainError, InputFault, InvalidInput, NotFound
from app.http.exchange import exchange_of
from app.schemas.errors_text import input_fault

_FRAMEWORK_CODES = {
    400: ("malformed_request", "The request is malformed"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "Method not allowed"),
    408: ("request_timeout", "The request took too long to arrive"),
    413: ("too_large", "Too large"),
}


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    app.add_exception_handler(DomainError, _domain_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _validation_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _framework_error)  # type: ignore[arg-type]


def problem(
    request_id: str,
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[InputFault] = (),
    extra: Mapping[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Render one problem."""
    content: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request_id,
        **(extra or {}),
    }
    if errors:
        content["errors"] = [
            {"in": fault.place, "pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
            for fault in errors
        ]
    return Response(
        json.dumps(to_jsonable_python(content), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        "application/problem+json",
    )


async def _domain_error(request: Request, error: DomainError) -> Response:
    # Every 401 says how to authenticate (RFC 9110 section 15.5.2); a refusal that knows more says so itself.
    challenge = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return problem(
        exchange_of(request).request_id,
        status=error.status,
        code=error.code,
        title=error.title,
        detail=error.detail,
        errors=error.faults if isinstance(error, InvalidInput) else (),
        extra=error.extra,
        headers=challenge | error.headers,
    )


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    faults = [input_fault(found) for found in error.errors()]
    if any(fault.place == "path" for fault in faults):
        # A malformed path leads to something that was never there.
        return await _domain_error(request, NotFound())
    if any(fault.place == "header" for fault in faults):
        return await _domain_error(request, BadRequest("A header is missing or malformed.", code="bad_header"))
    return await _domain_error(request, InvalidInput(faults))


async def _framework_error(request: Request, error: HTTPException) -> Response:
    code, title = _FRAMEWORK_CODES.get(error.status_code, ("error", "Error"))
    headers = dict(error.headers or {})
    detail = {
        404: "There is nothing at this address.",
        405: "This address does not take that method; the header Allow says which it takes.",
        413: "The request is larger than is taken here.",
        408: "The request did not arrive in time.",
    }.get(error.status_code, "The request could not be read.")
    if error.status_code == 405:
        headers["Allow"] = ", ".join(exchange_of(request).deployment.addresses.methods_at(request.scope))
    return problem(
        exchange_of(request).request_id,
        status=error.status_code,
        code=code,
        title=title,
        detail=detail,
        headers=headers,
    )


def internal_error(request_id: str) -> Response:
    """The answer to a fault of ours: it shows nothing of the fault."""
    return problem(
        request_id,
        status=500,
        code="internal_error",
        title="Something went wrong here",
        detail="This is our fault, and nothing was changed. Quote the request id when you report it.",
    )
