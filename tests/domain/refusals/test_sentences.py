"""Refusals that say more than their class's sentence."""

from uuid import UUID

import pytest

from app.domain.contact_roles import ContactRole
from app.domain.fees import Money
from app.domain.gaps import Missing
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.refusals.applications import ApplicationLocked, ApplicationOpen
from app.domain.refusals.base import Conflict, Refusal
from app.domain.refusals.catalogue import BY_CONSTRAINT, REFUSALS, TITLES, explained, refusals_of
from app.domain.refusals.centre_users import TooManyUsers
from app.domain.refusals.centres import RoleHeld, RoleHolder, TooManyContacts, TooManySites
from app.domain.refusals.initial_applications import AlreadyDecided
from app.domain.refusals.input import InputFault, InvalidInput, Place, fault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.integration_clients import (
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    TokenRefused,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from app.domain.refusals.invoices import ExceedsDue
from app.domain.refusals.operations import NotServing, Reason
from app.domain.refusals.requests import NotFound
from app.domain.refusals.sandbox import StateNotReachable
from app.domain.refusals.steps import NotReady

_ID = UUID(int=1)
_GAP = Missing("contacts", None, "/finance", InputFaultCode.REQUIRED, "Add one.")


@pytest.mark.parametrize(
    ("refusal", "detail"),
    [
        (
            ApplicationOpen(_ID, "APP-0001"),
            "The centre already has an open application, APP-0001. Continue with that one.",
        ),
        (ApplicationOpen(), "The centre already has an open application. Continue with that one."),
        (ApplicationLocked(status_name="submitted"), "The application is 'submitted', so it can no longer be changed."),
        (ApplicationLocked(), ApplicationLocked.sentence),
        (TooManyUsers(1_500), "A centre can have up to 1,500 users, and this one does."),
        (TooManySites(500), "A centre can have up to 500 open sites, and this one does. Close one first."),
        (TooManyContacts(200), "A centre can have up to 200 contacts, and this one does. End one first."),
        (
            RoleHeld([RoleHolder(ContactRole.FINANCE, _ID, "Jo"), RoleHolder(ContactRole.FINANCE, _ID, "Sam")]),
            "Only one person at a time can hold this role. Take it from these contacts first: Jo (Finance contact), "
            "Sam (Finance contact).",
        ),
        (RoleHeld(), "Another contact holds a role that only one person can hold. Take it from them first."),
        (
            AlreadyDecided(InitialApplicationStatus.DECLINED),
            "This initial application was declined, which cannot be undone.",
        ),
        (
            AlreadyDecided(InitialApplicationStatus.ACCOUNT_CREATED),
            "This initial application has its account already, which cannot be undone.",
        ),
        (
            InvalidScope(("invoices:read", "events:read")),
            "This client has only these scopes: invoices:read, events:read.",
        ),
        (ExceedsDue(Money(125_000, "GBP")), "You cannot credit more than £1,250.00 on this invoice."),
        (NotServing((Reason("a", "No database."), Reason("b", "No disk."))), "No database. No disk."),
        (
            StateNotReachable("submitted", "in_review"),
            "In this deployment an application is never 'submitted': this one became 'in_review' at once.",
        ),
        (NotReady(missing=(_GAP,)), "The application cannot be submitted yet: 1 thing is missing."),
        (NotReady(missing=(_GAP, _GAP)), "The application cannot be submitted yet: 2 things are missing."),
        (NotReady(), NotReady.sentence),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Refusal) else "",
)
def test_the_sentence_names_what_is_in_the_way(refusal: Refusal, detail: str) -> None:
    assert refusal.detail == detail


def test_a_fault_names_its_place_and_the_count() -> None:
    required = InputFaultCode.REQUIRED
    missing = in_body("/name", required, "Enter the name.")
    assert missing == InputFault(Place.BODY, "/name", required, "Enter the name.")
    assert fault("/name", required, "Enter the name.").members == {"errors": [missing]}
    assert fault("/page", required, "Enter it.", place=Place.QUERY).errors == [
        InputFault(Place.QUERY, "/page", required, "Enter it.")
    ]
    assert InvalidInput([missing]).detail == "One thing needs to be put right."
    assert InvalidInput([missing] * 1_000).detail == "1,000 things need to be put right."


def test_the_token_endpoint_repeats_code_and_detail_in_the_words_of_rfc_6749() -> None:
    assert InvalidRequest("'scope' is given twice.").members == {
        "error": "invalid_request",
        "error_description": "'scope' is given twice.",
    }


def test_the_catalogue_has_every_refusal_once_in_the_order_of_status_and_code() -> None:
    assert [(kind.status, code) for code, kind in REFUSALS.items()] == sorted(
        (kind.status, kind.code) for kind in REFUSALS.values()
    )
    assert {"role_held": RoleHeld, "invalid_scope": InvalidScope, "not_serving": NotServing}.items() <= REFUSALS.items()
    assert "" not in REFUSALS
    assert TITLES[409] == "The state does not allow this"
    assert BY_CONSTRAINT["uq_single_holder_of_contact_role"] is RoleHeld


def test_a_family_has_the_refusals_of_its_families_too() -> None:
    assert set(refusals_of(TokenRefused)) == {
        InvalidRequest,
        InvalidScope,
        InvalidClient,
        UnauthorizedClient,
        UnsupportedGrantType,
    }
    assert {NotReady, RoleHeld} <= set(refusals_of(Conflict))


def test_a_code_that_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound):
        explained("no_such_code")
    assert explained("role_held") is RoleHeld
