"""What a route declares that it refuses is what its code can raise."""

import ast
from collections.abc import Callable, Collection
from typing import Any

import pytest
from pydantic import SecretStr

from app.domain.refusals.base import Refusal
from app.domain.refusals.catalogue import REFUSALS
from app.domain.refusals.centres import MainSite, SiteClosed
from app.domain.refusals.redactions import FileRedacted, RedactionPending
from app.domain.refusals.requests import PreconditionRequired, StaleVersion, StorageFull, Unavailable
from app.domain.refusals.staff import (
    AlreadyStaff,
    CentreUserCannotBeStaff,
    LastAdministrator,
    OwnRole,
    StaffMemberDeactivated,
)
from app.domain.refusals.steps import StepNotAllowed
from app.domain.workflow import STEPS
from app.http.addresses import Addresses
from app.http.refuses import declared, refuses
from app.main import create_app
from app.models.base import Base
from app.settings import Settings
from tests.architecture.raised import raised_by
from tests.architecture.trees import Module, app, module
from tests.contract.reading import described

# Raised out of the process table, which the contract reads as well.
_OF_STEPS = {condition.refusal for step in STEPS for condition in step.conditions} | {StepNotAllowed}
_STAFF = {AlreadyStaff, CentreUserCannotBeStaff, LastAdministrator, StaffMemberDeactivated}
_VERSIONS = {PreconditionRequired, StaleVersion}
_ISSUED = ("getCertificate", "getWelcomePack", "getInvoice", "getCreditNote", "getReceipt")
_DOWNLOADS = (
    "downloadPolicy",
    "downloadActionEvidence",
    "downloadDocument",
    *_ISSUED,
)
_LISTS_OF_MONEY = ("listInvoices", "listAllPayments", "listCreditNotes")
# The walk comes to these, and the operation never does.
_NOT_MET: dict[str, set[type[Refusal]]] = {
    # The step that follows a payment is judged for nobody, and at no version.
    "creditInvoice": _VERSIONS,
    "recordPayment": _VERSIONS,
    "confirmBankLine": _VERSIONS,
    # The sandbox sends any version, and makes only staff that it does not have.
    "createSandboxCentre": _STAFF | _VERSIONS | {OwnRole},
    "createSandboxApplication": _STAFF | _VERSIONS | {OwnRole},
    # The mark of a damaged file has no version.
    **{operation: {StaleVersion} for operation in _DOWNLOADS},
    # What we issue ourselves is never redacted.
    **{operation: {StaleVersion, FileRedacted} for operation in _ISSUED},
    # The probes catch what the database refuses, and say so in their answers.
    "getReadinessOfService": {StaleVersion, Unavailable},
    "getMetrics": {StaleVersion, Unavailable},
    # Only what was submitted waits for a second person.
    "removePolicyVersion": {RedactionPending},
    # They lease connections to read on, and change nothing on them.
    **{operation: {StaleVersion} for operation in ("exportRecords", *_LISTS_OF_MONEY)},
}
# The walk does not come to these: the story calls services out of a table of operations.
_NOT_SEEN: dict[str, Collection[str]] = {
    "createSandboxApplication": ("too_many_users", "agreement_not_published", "storage_full"),
}


def faults(
    operation_id: str,
    functions: Collection[Callable[..., Any]],
    says: Collection[type[Refusal]],
    codes: Collection[str],
) -> list[str]:
    """Where the code, the declaration (`says`) and the contract (`codes`) of an operation disagree."""
    raised = raised_by(*functions)
    idle = {
        kind
        for kind in says
        if kind not in raised
        # What the database refuses needs no line of code.
        and kind.constraint is None
        and kind.code not in _NOT_SEEN.get(operation_id, ())
    }
    silent = {
        kind
        for kind in raised - _OF_STEPS - _NOT_MET.get(operation_id, set())
        if kind.code not in codes and not kind.last_line
    }
    return sorted(
        [f"{operation_id} declares {kind.code} and never raises it" for kind in idle]
        + [f"{operation_id} raises {kind.code} and does not declare it" for kind in silent]
    )


def test_each_route_declares_what_its_code_raises(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = Settings(
        database_url=SecretStr("postgresql://nobody@localhost/nothing"), data_dir=tmp_path_factory.mktemp("data")
    )
    documented = {
        operation.id: {
            code
            for answer in operation.responses.values()
            for code in answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
        }
        for operation in described()
    }
    found, routes = [], 0
    for route in Addresses.of(create_app(settings)).routes:
        if route.operation_id is None or route.endpoint is None:
            continue
        routes += 1
        checks = [one.dependency for one in route.dependencies if one.dependency is not None]
        functions = [route.endpoint, *(check for check in checks if hasattr(check, "__code__"))]
        found += faults(route.operation_id, functions, declared(route.endpoint), documented[route.operation_id])
    assert found == []
    assert routes > 100


async def _close_site(closed: bool) -> None:
    """A mutant's service."""
    if closed:
        raise SiteClosed


class _Room:
    def take(self) -> None:
        """A mutant's method."""
        raise MainSite


def _room() -> _Room:
    return _Room()


@refuses(SiteClosed)
async def _declares_what_it_raises() -> None:
    await _close_site(True)


@refuses(SiteClosed, StorageFull)
async def _declares_more() -> None:
    await _close_site(True)


async def _declares_less() -> None:
    await _close_site(True)
    _room().take()


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (_declares_what_it_raises, []),
        (_declares_more, ["mutant declares storage_full and never raises it"]),
        (
            _declares_less,
            ["mutant raises main_site and does not declare it", "mutant raises site_closed and does not declare it"],
        ),
    ],
)
def test_a_wrong_declaration_is_found(endpoint: Callable[..., Any], expected: list[str]) -> None:
    says = declared(endpoint)
    assert faults("mutant", [endpoint], says, {kind.code for kind in says}) == expected


def never_used(sources: Collection[Module], codes: Collection[str]) -> list[str]:
    """Refusals that no code outside their class and their routes names."""
    names = {
        node.id if isinstance(node, ast.Name) else node.attr
        for source in sources
        if not source.under("app/domain/refusals", "app/routers", "app/http/contract")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    kinds = [REFUSALS[code] for code in codes]
    return [kind.code for kind in kinds if kind.__name__ not in names and kind.constraint is None]


def test_a_refusal_of_the_database_names_a_constraint_that_there_is() -> None:
    """Else the loser of a race gets a 500."""
    tables = Base.metadata.tables.values()
    names = {str(index.name) for table in tables for index in table.indexes}
    names |= {str(constraint.name) for table in tables for constraint in table.constraints}
    given = [
        (kind.constraint,) if isinstance(kind.constraint, str) else kind.constraint or () for kind in REFUSALS.values()
    ]
    assert {name for each in given for name in each} - names == set()


def test_every_refusal_is_raised_somewhere() -> None:
    assert never_used(app(), REFUSALS) == []


def test_a_refusal_that_is_only_declared_is_found() -> None:
    router = module("app/routers/sites.py", "@refuses(SiteClosed)\nasync def update(): ...")
    service = module("app/services/sites.py", "def update():\n    raise MainSite")
    assert never_used([router, service], ["site_closed", "main_site"]) == ["site_closed"]
