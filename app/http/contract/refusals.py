"""The refusals that an operation can answer: those that its route declares, and those that follow from its access,
headers, body, answer and place in the process table."""

from app.domain.permissions import Permission
from app.domain.refusals import requests
from app.domain.refusals.access import (
    NetworkNotAllowed,
    PasswordChangeRequired,
    RoleNotAllowed,
    SecondFactorRequired,
    StepUpRequired,
    TokenNotValid,
    Unauthenticated,
)
from app.domain.refusals.base import Refusal
from app.domain.refusals.catalogue import REFUSALS
from app.domain.refusals.input import InvalidInput
from app.domain.refusals.steps import StepNotAllowed
from app.domain.workflow import STEPS, Status
from app.http.access import Owed
from app.http.contract.operations import Operation

# Whoever can see one of these may read it, so no role is refused; a stranger gets 404.
_SEEING_IS_READING = {
    Permission.READ_ALL_CENTRES,
    Permission.READ_ALL_LETTERS,
    Permission.READ_APPLICATION,
    Permission.READ_CENTRE,
    Permission.READ_CENTRE_USERS,
    Permission.READ_INITIAL_APPLICATIONS,
    Permission.READ_STAFF,
    # The loader finds what is the caller's own.
    Permission.OWN_ACCOUNT,
}
Kinds = set[type[Refusal]]


def refusals(operation: Operation) -> dict[int, list[str]]:
    """The codes that the operation can answer, by status, in the order of the catalogue."""
    kinds: Kinds = {InvalidInput, requests.HeadersTooLarge, requests.InternalError, *operation.refuses}
    kinds |= _of_access(operation) | _of_headers(operation) | _of_body(operation) | _of_answer(operation)
    kinds |= of_steps(operation.id)
    found: dict[int, list[str]] = {}
    for code, kind in REFUSALS.items():
        if kind in kinds:
            found.setdefault(kind.status, []).append(code)
    return found


def _of_access(operation: Operation) -> Kinds:
    access, kinds = operation.access, Kinds()
    if operation.is_public_api:
        kinds |= {requests.TooManyRequests, requests.Unavailable}
    if operation.path != "/livez":
        # The liveness probe answers however busy the process is.
        kinds.add(requests.Overloaded)
    if "{" in operation.path or operation.described["tags"] == ["Sandbox"]:
        # Without the sandbox its addresses do not exist.
        kinds.add(requests.NotFound)
    if access.permission is None:
        return kinds
    kinds |= {Unauthenticated, TokenNotValid, NetworkNotAllowed}
    if not access.first_password:
        kinds.add(PasswordChangeRequired)
    if access.owed is not Owed.ALL:
        kinds.add(SecondFactorRequired)
    if access.step_up:
        kinds.add(StepUpRequired)
    if access.load is None or access.permission not in _SEEING_IS_READING:
        kinds.add(RoleNotAllowed)
    return kinds


def _of_headers(operation: Operation) -> Kinds:
    kinds = Kinds()
    if operation.takes_if_match:
        kinds |= {requests.BadIfMatch, requests.BadHeader, requests.PreconditionRequired, requests.StaleVersion}
    if operation.takes_key:
        kinds |= {requests.BadIdempotencyKey, requests.IdempotencyKeyReused, requests.RequestInProgress}
    if operation.access.key_required:
        kinds.add(requests.IdempotencyKeyRequired)
    return kinds


def _of_body(operation: Operation) -> Kinds:
    if not operation.body_types:
        return Kinds()
    kinds: Kinds = {requests.RequestTimeout, requests.TooLarge, requests.UnsupportedMediaType}
    if operation.takes_json:
        kinds |= {requests.MalformedJson, requests.BodyMissing}
    if "multipart/form-data" in operation.body_types:
        kinds |= {requests.MalformedRequest, requests.StorageFull}
    return kinds


def _of_answer(operation: Operation) -> Kinds:
    kinds = Kinds()
    if operation.is_download:
        kinds.add(requests.RangeNotSatisfiable)
    if operation.is_negotiated:
        kinds.add(requests.NotAcceptable)
    return kinds


def of_steps(operation_id: str) -> Kinds:
    """The refusals of the process table for the steps that the operation takes."""
    steps = [step for step in STEPS if step.operation_id == operation_id and not step.follows]
    kinds: Kinds = {condition.refusal for step in steps for condition in step.conditions}
    if any(step.sources != frozenset(Status) for step in steps):
        kinds.add(StepNotAllowed)
    return kinds
