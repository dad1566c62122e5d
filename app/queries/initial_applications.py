"""Initial applications, their checks and likely duplicates."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import LeasedSession, Work
from app.domain import limits
from app.domain.initial_applications import DuplicateKind, DuplicateReason, InitialApplicationStatus
from app.domain.names import similar_names, telling_domain
from app.domain.working_days import end_of_day
from app.models import Centre, DueDiligenceCheck, InitialApplication
from app.queries.locking import lock_row, locking_free, take_turn
from app.queries.paging import fetch_page
from app.queries.visibility import Found, Reason, matches, staff_only, unfiltered
from app.schemas.initial_applications import InitialApplicationQuery, LikelyDuplicate


async def find_initial_application(work: Work, ids: Mapping[str, UUID]) -> Found[InitialApplication] | None:
    """Find the initial application in the path, for staff."""
    row = await work.session.scalar(
        select(InitialApplication).where(InitialApplication.id == ids["initial_application_id"], staff_only(work.actor))
    )
    return Found(row) if row is not None else None


async def lock_initial_application(session: AsyncSession, id_: UUID) -> InitialApplication:
    """Lock the row and read it afresh."""
    return await lock_row(session, InitialApplication, id_)


@unfiltered(Reason.RULE)
async def find_by_fingerprint(session: LeasedSession, fingerprint: bytes) -> InitialApplication | None:
    """Find an identical initial application that was not declined (R02).

    Holds an advisory lock, so that the second of two sent at once finds the first.
    """
    await take_turn(session, fingerprint)
    found: InitialApplication | None = await session.scalar(
        select(InitialApplication).where(
            InitialApplication.fingerprint == fingerprint,
            InitialApplication.status != InitialApplicationStatus.DECLINED,
        )
    )
    return found


async def list_initial_applications(
    work: Work, query: InitialApplicationQuery
) -> tuple[list[InitialApplication], str | None]:
    """List a page of initial applications, the oldest first."""
    row = InitialApplication
    statement = select(row).where(staff_only(work.actor))
    unsent = and_(row.log_in_details_sent_at.is_(None), row.status != InitialApplicationStatus.DECLINED)
    late = and_(unsent, row.log_in_details_due_at <= work.now)
    if query.status is not None:
        statement = statement.where(row.status == query.status)
    if query.log_in_details_due_before is not None:
        last = query.log_in_details_due_before - timedelta(days=1)
        statement = statement.where(unsent, row.log_in_details_due_at <= end_of_day(last))
    if query.due_by is not None:
        statement = statement.where(unsent, row.log_in_details_due_at <= end_of_day(query.due_by))
    if query.late is not None:
        statement = statement.where(late if query.late else ~late)
    if query.text is not None:
        statement = statement.where(matches(row.search, query.text))
    return await fetch_page(work.session, statement, [row.received_at, row.id], query)


@unfiltered(Reason.SYSTEM)
async def list_late(session: AsyncSession, now: datetime) -> Sequence[InitialApplication]:
    """Lock and list those whose log-in details are late and not yet reported (R05)."""
    late = (
        select(InitialApplication)
        .where(
            InitialApplication.log_in_details_sent_at.is_(None),
            InitialApplication.status != InitialApplicationStatus.DECLINED,
            InitialApplication.log_in_details_due_at <= now,
            InitialApplication.late_alert_sent_at.is_(None),
        )
        .order_by(InitialApplication.received_at)
        .limit(200)
    )
    rows = await session.scalars(locking_free(late, InitialApplication))
    return rows.all()


@unfiltered(Reason.JUDGED)
async def list_checks(session: AsyncSession, initial_application_id: UUID) -> Sequence[DueDiligenceCheck]:
    """List every recorded check, the oldest first."""
    rows = await session.scalars(
        select(DueDiligenceCheck)
        .where(DueDiligenceCheck.initial_application_id == initial_application_id)
        .order_by(DueDiligenceCheck.recorded_at, DueDiligenceCheck.id)
    )
    return rows.all()


@unfiltered(Reason.RULE)
async def likely_duplicates(session: AsyncSession, of: InitialApplication) -> list[LikelyDuplicate]:
    """Find other initial applications and centres with a similar name, or the same postcode or email domain (R03).

    The database finds candidates by indexed columns and shared words; similarity of names is judged here.
    """
    words = [word for word in of.name_key.split() if len(word) > 2 and word.isalnum()]
    query = func.to_tsquery(literal_column("'simple'::regconfig"), " | ".join(f"'{word}'" for word in words))
    found: list[LikelyDuplicate] = []
    for kind, model, name in (
        (DuplicateKind.INITIAL_APPLICATION, InitialApplication, InitialApplication.organisation_name),
        (DuplicateKind.CENTRE, Centre, Centre.name),
    ):
        known = [model.name_key == of.name_key, model.address_postcode == of.address_postcode]
        if telling_domain(of.email_domain):
            known.append(model.email_domain == of.email_domain)
        if words:
            known.append(model.search.op("@@")(query))
        rows = await session.execute(
            select(model.id, model.reference, name, model.name_key, model.address_postcode, model.email_domain)
            .where(or_(*known), model.id != of.id)
            .order_by(
                (model.name_key == of.name_key).desc(),
                (model.address_postcode == of.address_postcode).desc(),
                model.id.desc(),
            )
            .limit(limits.LIKELY_DUPLICATES // 2)
        )
        for id_, reference, name_, key, postcode, domain in rows:
            judged = (
                (DuplicateReason.SIMILAR_NAME, similar_names(key, of.name_key)),
                (DuplicateReason.SAME_POSTCODE, postcode == of.address_postcode),
                (DuplicateReason.SAME_EMAIL_DOMAIN, domain == of.email_domain and telling_domain(domain)),
            )
            reasons = [reason for reason, holds in judged if holds]
            if reasons and id_ != of.centre_id:
                found.append(
                    LikelyDuplicate(
                        kind=kind, id=id_, reference=reference, name=name_, postcode=postcode, reasons=reasons
                    )
                )
    return sorted(found, key=lambda duplicate: -len(duplicate.reasons))[:20]
