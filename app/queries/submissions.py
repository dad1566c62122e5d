"""Submissions and the contents of their copies."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    outerjoin,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased, defer

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.json_values import JsonObject
from app.domain.redactions import RedactionStatus
from app.models import (
    AgreementAcceptance,
    Application,
    ApplicationDetails,
    Centre,
    Contact,
    FileRedaction,
    HeldRole,
    Policy,
    PolicyVersion,
    ReturnItem,
    Review,
    Site,
    Submission,
)
from app.queries.application_rows import ApplicationRow, select_rows
from app.queries.hot import Hot, both
from app.queries.visibility import Reason, unfiltered


@dataclass(frozen=True)
class CentreAsItIs:
    """A centre with its open sites, and its contacts with their roles."""

    centre: Centre
    sites: Sequence[Site]
    contacts: Sequence[tuple[Contact, list[ContactRole]]]


@unfiltered(Reason.JUDGED)
async def centre_as_it_is(session: AsyncSession, centre_id: UUID) -> CentreAsItIs:
    """Load what a submission copies of the centre."""
    centre = await session.get_one(Centre, centre_id)
    sites = await session.scalars(
        select(Site).where(Site.centre_id == centre_id, Site.closed_at.is_(None)).order_by(Site.created_at, Site.id)
    )
    contacts = await session.scalars(
        select(Contact)
        .where(Contact.centre_id == centre_id, Contact.ended_at.is_(None))
        .order_by(Contact.created_at, Contact.id)
    )
    roles: defaultdict[UUID, list[ContactRole]] = defaultdict(list)
    for held in await session.scalars(select(HeldRole).where(HeldRole.centre_id == centre_id)):
        roles[held.contact_id].append(held.role)
    order = list(ContactRole)
    return CentreAsItIs(
        centre, sites.all(), [(contact, sorted(roles[contact.id], key=order.index)) for contact in contacts.all()]
    )


class SubmittedRow(NamedTuple):
    """Everything that a submission copies, and the number of the last one. Ids in JSON are text."""

    last_number: int
    centre: JsonObject
    centre_sites: list[JsonObject] | None
    contacts: list[JsonObject] | None
    groups: list[tuple[str, int, JsonObject]]
    newest_policies: list[JsonObject]
    answered_items: list[JsonObject] | None
    agreement_id: UUID | None
    agreement_sha256: str | None
    code_of_conduct_id: UUID | None
    code_of_conduct_sha256: str | None
    accepted_by_name: str | None
    accepted_at: datetime | None


def _object(**columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[JsonObject]:
    return func.json_build_object(*chain.from_iterable(columns.items()), type_=JSON())


def _address(of: type[Centre | Site]) -> ColumnElement[JsonObject]:
    parts = ("line_1", "line_2", "town", "county", "postcode", "country")
    return _object(**{name: getattr(of, f"address_{name}") for name in parts})


def _all(each: ColumnElement[JsonObject], *order: ColumnElement[Any]) -> ColumnElement[list[JsonObject]]:
    return func.json_agg(aggregate_order_by(each, *order), type_=JSON())


def _copied() -> Select[Any]:
    held = select(func.array_agg(HeldRole.role)).where(HeldRole.contact_id == Contact.id).scalar_subquery()
    newest = (
        select(PolicyVersion)
        .where(PolicyVersion.policy_id == Policy.id)
        .order_by(PolicyVersion.number.desc())
        .limit(1)
        .lateral("newest")
    )
    last_return = (
        select(Review.id)
        .where(Review.application_id == Application.id)
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    accepted = (
        select(AgreementAcceptance)
        .where(AgreementAcceptance.application_id == Application.id)
        .order_by(AgreementAcceptance.accepted_at.desc(), AgreementAcceptance.id.desc())
        .limit(1)
        .lateral("accepted")
    )
    columns = {
        "last_number": select(func.coalesce(func.max(Submission.number), 0)).where(
            Submission.application_id == Application.id
        ),
        "centre_sites": select(
            _all(
                _object(
                    id=Site.id,
                    kind=Site.kind,
                    name=Site.name,
                    address=_address(Site),
                    email=Site.email,
                    telephone=Site.telephone,
                    telephone_extension=Site.telephone_extension,
                ),
                Site.created_at.asc(),
                Site.id.asc(),
            )
        ).where(Site.centre_id == Application.centre_id, Site.closed_at.is_(None)),
        "contacts": select(
            _all(
                _object(
                    id=Contact.id,
                    name=func.concat(Contact.first_name, " ", Contact.last_name),
                    job_title=Contact.job_title,
                    email=Contact.email,
                    telephone=Contact.telephone,
                    telephone_extension=Contact.telephone_extension,
                    roles=func.coalesce(held, literal_column("'{}'")),
                ),
                Contact.created_at.asc(),
                Contact.id.asc(),
            )
        ).where(Contact.centre_id == Application.centre_id, Contact.ended_at.is_(None)),
        "groups": select(
            func.json_agg(
                func.json_build_array(ApplicationDetails.group, ApplicationDetails.version, ApplicationDetails.data),
                type_=JSON(),
            )
        ).where(ApplicationDetails.application_id == Application.id),
        "newest_policies": select(
            func.json_agg(
                _object(
                    key=Policy.key,
                    version=newest.c.number,
                    version_id=newest.c.id,
                    file_name=newest.c.file_name,
                    sha256=newest.c.sha256,
                    not_applicable_statement=Policy.not_applicable_statement,
                ),
                type_=JSON(),
            )
        )
        .select_from(outerjoin(Policy, newest, newest.c.redacted_at.is_(None)))
        .where(Policy.application_id == Application.id),
        "answered_items": select(
            _all(_object(id=ReturnItem.id, asked=ReturnItem.asked, answer=ReturnItem.answer), ReturnItem.number.asc())
        ).where(ReturnItem.review_id == last_return),
    }
    # Readiness reads the centre too, and its query must not mean this one.
    own = aliased(Centre)
    centre = _object(
        id=own.id,
        reference=own.reference,
        name=own.name,
        address=_address(own),
        email=own.email,
        telephone=own.telephone,
        telephone_extension=own.telephone_extension,
    )
    scalars = {name: query.correlate(Application).scalar_subquery().label(name) for name, query in columns.items()}
    of_acceptance = ("agreement_id", "agreement_sha256", "code_of_conduct_id", "code_of_conduct_sha256")
    return (
        select_rows(Application)
        .add_columns(
            scalars.pop("last_number"),
            centre.label("centre"),
            *scalars.values(),
            *(accepted.c[name] for name in (*of_acceptance, "accepted_by_name", "accepted_at")),
        )
        .join(own, own.id == Application.centre_id)
        .outerjoin(accepted, true())
        .where(Application.id == bindparam("application_id", type_=Uuid()))
    )


_COPIED = Hot(_copied(), both(ApplicationRow, SubmittedRow))


@unfiltered(Reason.JUDGED)
async def read_what_is_submitted(work: Work, application_id: UUID) -> tuple[ApplicationRow, SubmittedRow]:
    """Read what the step depends on and what a submission copies. Lock the centre and the application first."""
    rows = await _COPIED.one(work.driver, application_id=application_id)
    assert rows is not None
    return rows


@unfiltered(Reason.JUDGED)
async def list_submissions(session: AsyncSession, application_id: UUID) -> Sequence[Submission]:
    """List every submission, without its copy, oldest first."""
    rows = await session.scalars(
        select(Submission)
        .options(defer(Submission.content, raiseload=True))
        .where(Submission.application_id == application_id)
        .order_by(Submission.number)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def find_submission(
    session: AsyncSession, application_id: UUID, number: int
) -> tuple[Submission, Sequence[str]] | None:
    """Find one submission with its copy, and the ids of the policy versions whose file's name was redacted."""
    renamed = select(func.array_agg(cast(FileRedaction.file_id, Text))).where(
        FileRedaction.application_id == application_id,
        FileRedaction.status == RedactionStatus.DONE,
        FileRedaction.redact_file_name,
    )
    found = await session.execute(
        select(Submission, renamed.scalar_subquery()).where(
            Submission.application_id == application_id, Submission.number == number
        )
    )
    row = found.one_or_none()
    return (row[0], row[1] or []) if row is not None else None


@unfiltered(Reason.JUDGED)
async def last_submission(session: AsyncSession, application_id: UUID) -> Submission | None:
    """Find the last submission, the one that staff judge, without its copy."""
    found: Submission | None = await session.scalar(
        select(Submission)
        .options(defer(Submission.content, raiseload=True))
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return found
