"""The record of changes by area, and who may read which (R24).

Staff read the record of everything that they can read in the product; an area that nobody has named is read by nobody.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.actors import Actor, ActorKind
from app.domain.events import EventType
from app.domain.permissions import Permission, granted


class RecordArea(StrEnum):
    """What a change was about."""

    INITIAL_APPLICATIONS = "initial_applications"
    CENTRES = "centres"
    ACCOUNTS = "accounts"
    APPLICATIONS = "applications"
    MONEY = "money"
    DOCUMENTS = "documents"
    STAFF = "staff"
    INTEGRATION_CLIENTS = "integration_clients"
    WEBHOOKS = "webhooks"
    SETTINGS = "settings"
    LETTERS = "letters"
    JOBS = "jobs"


_A = RecordArea
_OF_PREFIX: Final = MappingProxyType(
    {
        "initial_application": _A.INITIAL_APPLICATIONS,
        "centre": _A.CENTRES,
        "site": _A.CENTRES,
        "contact": _A.CENTRES,
        "invoice_address": _A.CENTRES,
        "user": _A.CENTRES,
        "person": _A.ACCOUNTS,
        "application": _A.APPLICATIONS,
        "file": _A.APPLICATIONS,
        "action": _A.APPLICATIONS,
        "certificate": _A.APPLICATIONS,
        "invoice": _A.MONEY,
        "credit_note": _A.MONEY,
        "payment": _A.MONEY,
        "external_ref": _A.MONEY,
        "bank_statement": _A.MONEY,
        "bank_line": _A.MONEY,
        "document": _A.DOCUMENTS,
        "staff": _A.STAFF,
        "integration_client": _A.INTEGRATION_CLIENTS,
        "webhook_endpoint": _A.WEBHOOKS,
        "settings": _A.SETTINGS,
        "letter": _A.LETTERS,
        "job": _A.JOBS,
    }
)

READERS: Final = MappingProxyType(
    {
        _A.INITIAL_APPLICATIONS: Permission.READ_INITIAL_APPLICATIONS,
        _A.CENTRES: Permission.READ_ALL_CENTRES,
        # Addresses, second factors, erasures: of no use to whoever handles applications.
        _A.ACCOUNTS: Permission.MANAGE_PERSONAL_DATA,
        _A.APPLICATIONS: Permission.READ_INBOX,
        _A.MONEY: Permission.READ_INVOICES,
        _A.DOCUMENTS: Permission.READ_DOCUMENTS,
        _A.STAFF: Permission.READ_STAFF,
        _A.INTEGRATION_CLIENTS: Permission.MANAGE_INTEGRATION_CLIENTS,
        _A.WEBHOOKS: Permission.MANAGE_WEBHOOKS,
        _A.SETTINGS: Permission.READ_SECURITY_EVENTS,
        _A.LETTERS: Permission.READ_ALL_LETTERS,
        _A.JOBS: Permission.MANAGE_JOBS,
    }
)
"""The permission that opens an area's record to staff: the one that opens the things themselves."""


def area_of(type_: str) -> RecordArea:
    """The area of a type of event. Raises `KeyError` for a type whose area nobody has named."""
    return _OF_PREFIX[type_.partition(".")[0]]


AREAS: Final = MappingProxyType({type_: area_of(type_) for type_ in EventType})
"""The area of each type, made at start-up, so that a type without one is noticed then."""


def readable_types(actor: Actor) -> frozenset[EventType]:
    """The types of event whose record this actor may read. None for anybody but staff: a centre has its timelines."""
    if actor.kind is not ActorKind.PERSON or not actor.is_staff:
        return frozenset()
    return frozenset(type_ for type_, area in AREAS.items() if granted(actor, READERS[area]))
