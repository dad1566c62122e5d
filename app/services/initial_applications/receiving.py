"""Receive an initial application (R01, R02)."""

import hashlib
import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app import outbox, row_context
from app.database import Work
from app.domain.events import EventType
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.json_values import JsonObject
from app.domain.names import email_domain, email_key, name_key
from app.domain.search_text import search_words
from app.domain.working_days import due_at, last_day
from app.letters.initial_applications.received import InitialApplicationReceived
from app.models import InitialApplication
from app.models.base import country_columns
from app.queries import initial_applications as queries
from app.queries.hot import Hot
from app.queries.words import with_reference
from app.schemas import initial_applications as schemas
from app.schemas.addresses import AddressInput
from app.services.help import help_contacts, useful_links
from app.services.letter_limits import ACKNOWLEDGEMENTS, has_room

_SERIES = "IA"


class _Stored(NamedTuple):
    id: UUID
    reference: str
    organisation_name: str
    super_user_first_name: str
    super_user_last_name: str
    received_at: datetime
    log_in_details_due_at: datetime


_GIVEN = (
    "id",
    "organisation_name",
    "name_key",
    "address_line_1",
    "address_line_2",
    "address_town",
    "address_county",
    "address_postcode",
    "address_country",
    "address_named_country",
    "email",
    "email_domain",
    "telephone",
    "telephone_extension",
    "super_user_first_name",
    "super_user_last_name",
    "super_user_job_title",
    "super_user_email",
    "super_user_telephone",
    "super_user_telephone_extension",
    "fingerprint",
    "received_at",
    "log_in_details_due_at",
)
_COLUMNS = InitialApplication.__table__.columns
# The counter's row lock lets one form in at a time, so the second of two identical ones finds the first.
_STORE = Hot(
    insert(InitialApplication)
    .from_select(
        [*_GIVEN, "words", "reference", "status", "version"],
        outbox.NUMBERED.select().with_only_columns(
            *(bindparam(name, type_=_COLUMNS[name].type) for name in _GIVEN),
            with_reference(bindparam("words", type_=_COLUMNS.words.type), outbox.NUMBERED.c.reference),
            outbox.NUMBERED.c.reference,
            literal(InitialApplicationStatus.RECEIVED, _COLUMNS.status.type),
            literal(1, _COLUMNS.version.type),
        ),
    )
    .on_conflict_do_nothing(
        index_elements=[_COLUMNS.fingerprint],
        index_where=_COLUMNS.status != InitialApplicationStatus.DECLINED,
    )
    .returning(*(_COLUMNS[name] for name in _Stored._fields)),
    _Stored,
)


async def receive(work: Work, body: schemas.InitialApplicationCreate) -> schemas.InitialApplicationReceipt:
    """Store an initial application, give it a reference and queue the acknowledgement (R01, R02): at most five an hour
    to one address, whoever sends the forms.

    An exact duplicate of one that was not declined gets the same receipt and creates nothing.
    """
    fingerprint, person = _fingerprint(body), body.initial_super_user
    row = await _store(work, body, fingerprint) or await _first_of(work, fingerprint)
    return schemas.InitialApplicationReceipt(
        id=row.id,
        reference=row.reference,
        organisation_name=_as_sent(row.organisation_name, body.organisation_name),
        received_at=row.received_at,
        log_in_details_due_at=row.log_in_details_due_at,
        log_in_details_due_on=last_day(row.log_in_details_due_at),
        what_happens_next=(
            "We carry out initial due diligence. Then we set up your account on our "
            f"{work.settings.organisation.portal_name} and email the log-in details to "
            f"{_as_sent(row.super_user_first_name, person.first_name)} "
            f"{_as_sent(row.super_user_last_name, person.last_name)}, within two working days."
        ),
        help=help_contacts(work.settings),
        useful_links=useful_links(work.settings),
    )


def _fingerprint(body: schemas.InitialApplicationCreate) -> bytes:
    content = body.model_dump(mode="json")
    # The release before extensions had a place made the same of the same form.
    for holder in (content, content["initial_super_user"]):
        if holder["telephone_extension"] is None:
            del holder["telephone_extension"]
    content["email"] = email_key(body.email)
    content["initial_super_user"]["email"] = email_key(body.initial_super_user.email)
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).casefold().encode()).digest()


def _as_sent(stored: str, sent: str) -> str:
    """The first form's spelling, unless staff have corrected it: whoever repeats a form learns nothing new."""
    return stored if stored.casefold() == sent.casefold() else sent


def _words(body: schemas.InitialApplicationCreate) -> list[str]:
    """What `InitialApplication.words_now` makes, but for the reference."""
    person = body.initial_super_user
    names = f"{person.first_name} {person.last_name}"
    return search_words([body.organisation_name, body.email, names, person.email], [body.address.postcode or ""])


def _address_columns(address: AddressInput) -> JsonObject:
    columns = {f"address_{name}": value for name, value in address.model_dump().items()}
    columns["address_country"], columns["address_named_country"] = country_columns(address.country)
    return columns


async def _store(work: Work, body: schemas.InitialApplicationCreate, fingerprint: bytes) -> _Stored | None:
    """Store it with its event and letter; None where an identical one is there."""
    person = body.initial_super_user
    await work.session.start()
    if work.session.context == row_context.PUBLIC:
        await row_context.see(work.session, row_context.one_form(fingerprint))
    row = await _STORE.one(
        work.driver,
        id=uuid7(),
        series=outbox.series(work, _SERIES),
        organisation_name=body.organisation_name,
        name_key=name_key(body.organisation_name),
        **_address_columns(body.address),
        email=body.email,
        email_domain=email_domain(body.email),
        telephone=body.telephone,
        telephone_extension=body.telephone_extension,
        super_user_first_name=person.first_name,
        super_user_last_name=person.last_name,
        super_user_job_title=person.job_title,
        super_user_email=person.email,
        super_user_telephone=person.telephone,
        super_user_telephone_extension=person.telephone_extension,
        words=_words(body),
        fingerprint=fingerprint,
        received_at=work.now,
        log_in_details_due_at=due_at(work.now, work.settings.working_days.log_in_details),
    )
    if row is None:
        return None
    await outbox.record(
        work,
        EventType.INITIAL_APPLICATION_RECEIVED,
        ("initial_application", row.id),
        summary=f"Initial application {row.reference} received from {body.organisation_name}",
        public={"initial_application_id": str(row.id), "reference": row.reference},
    )
    # The answer says the same as the letter: nobody waits for one that a stranger has used up.
    if await has_room(work, ACKNOWLEDGEMENTS, body.email):
        await outbox.queue(work, InitialApplicationReceived(initial_application_id=row.id))
    return row


async def _first_of(work: Work, fingerprint: bytes) -> InitialApplication:
    await outbox.take_back_reference(work, _SERIES)
    return await queries.get_by_fingerprint(work.session, fingerprint)
