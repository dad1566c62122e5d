"""Initial applications, their checks and likely duplicates."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, and_, any_, literal_column, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.initial_applications import DuplicateKind, DuplicateReason, InitialApplicationStatus
from app.domain.names import domain_look, looks_of, name_key, similar_names, telling_domain, telling_look
from app.domain.search_text import search_words
from app.domain.working_days import end_of_day
from app.models import Centre, DueDiligenceCheck, InitialApplication, InitialApplicationCorrection
from app.models.initial_applications import WAITING
from app.queries.locking import lock_row, locking_free
from app.queries.merging import Shown, fetch_shown, merge, merge_over, one_of, rarest_of
from app.queries.paging import Page, page_of
from app.queries.search import CENTRES, INITIAL_APPLICATIONS, search
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.initial_applications import InitialApplicationQuery, LikelyDuplicate

# For each reason to look at a row, so many are looked at.
_CANDIDATES = 25
# They come first: somebody may pass themselves off as a centre.
_LOOK_ALIKE = {DuplicateReason.LOOK_ALIKE_NAME, DuplicateReason.LOOK_ALIKE_EMAIL_DOMAIN}


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
async def get_by_fingerprint(session: AsyncSession, fingerprint: bytes) -> InitialApplication:
    """Get the identical initial application that was not declined (R02)."""
    found = await session.scalars(
        select(InitialApplication).where(
            InitialApplication.fingerprint == fingerprint,
            InitialApplication.status != InitialApplicationStatus.DECLINED,
        )
    )
    return found.one()


async def list_initial_applications(
    work: Work, query: InitialApplicationQuery
) -> tuple[list[InitialApplication], str | None]:
    """List a page of initial applications, the oldest first."""
    page = page_of(query, [InitialApplication.received_at, InitialApplication.id])
    shown = await _shown(work, query, page)
    return await fetch_shown(work.session, select(InitialApplication).where(staff_only(work.actor)), shown, page)


async def _shown(work: Work, query: InitialApplicationQuery, page: Page) -> Shown:
    """Find the rows of the page."""
    row = InitialApplication
    waiting, settled = literal_column(f"({WAITING})", Boolean()), literal_column(f"(NOT ({WAITING}))", Boolean())
    indexed = [] if query.status is None else [row.status == query.status]
    if query.log_in_details_due_before is not None:
        last = query.log_in_details_due_before - timedelta(days=1)
        indexed.append(and_(waiting, row.log_in_details_due_at <= end_of_day(last)))
    if query.due_by is not None:
        indexed.append(and_(waiting, row.log_in_details_due_at <= end_of_day(query.due_by)))
    if query.late:
        indexed.append(and_(waiting, row.log_in_details_due_at <= work.now))
    in_time = [settled, and_(waiting, row.log_in_details_due_at > work.now)]
    filters = [*indexed, or_(*in_time)] if query.late is False else indexed
    narrow = [select(row.id).where(each) for each in indexed]
    if query.text is not None:
        return await search(work.session, INITIAL_APPLICATIONS, query.text, page, filters, narrow)
    few = await rarest_of(work.session, narrow) if len(narrow) > (query.status is not None) else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    part = select(row.received_at, row.id)
    if query.late is False:
        return Shown(one_of(row.id, merge(page, [part.where(each, *indexed) for each in in_time])))
    if query.status is not None:
        return Shown(one_of(row.id, merge_over(page, row.status, [query.status.value], part.where(*indexed[1:]))))
    return Shown(and_(True, *filters), by_id=False)


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


_VOIDED = (
    select(InitialApplicationCorrection.id)
    .where(
        InitialApplicationCorrection.initial_application_id == DueDiligenceCheck.initial_application_id,
        DueDiligenceCheck.id == any_(InitialApplicationCorrection.voided_checks),
    )
    .exists()
)


class RecordedCheck(NamedTuple):
    """A recorded check, and whether it counts: no correction has changed what it looked at."""

    row: DueDiligenceCheck
    counts: bool


@unfiltered(Reason.JUDGED)
async def list_checks(session: AsyncSession, initial_application_id: UUID) -> Sequence[RecordedCheck]:
    """List every recorded check, the oldest first."""
    check = DueDiligenceCheck
    rows = await session.execute(
        select(check, ~_VOIDED)
        .where(check.initial_application_id == initial_application_id)
        .order_by(check.recorded_at, check.id)
    )
    return [RecordedCheck(row[0], row[1]) for row in rows]


@unfiltered(Reason.JUDGED)
async def list_corrections(
    session: AsyncSession, initial_application_id: UUID
) -> Sequence[InitialApplicationCorrection]:
    """List every correction, the oldest first."""
    row = InitialApplicationCorrection
    mine = select(row).where(row.initial_application_id == initial_application_id).order_by(row.id)
    return (await session.scalars(mine)).all()


@unfiltered(Reason.JUDGED)
async def checks_of(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, set[DueDiligenceCheckKey]]:
    """The checks of each of these that are recorded and count; none without any id, and then nothing is read."""
    checked: defaultdict[UUID, set[DueDiligenceCheckKey]] = defaultdict(set)
    if ids:
        check = DueDiligenceCheck
        found = select(check.initial_application_id, check.check).where(check.initial_application_id.in_(ids), ~_VOIDED)
        for id_, key in await session.execute(found.distinct()):
            checked[id_].add(key)
    return checked


@unfiltered(Reason.RULE)
async def likely_duplicates(session: AsyncSession, of: InitialApplication) -> list[LikelyDuplicate]:
    """Find other initial applications and centres with a similar name, or the same postcode or email domain (R03), and
    those whose name or domain only looks the same.

    Some of each are looked at, found by index: of the same name, postcode, domain or look, the newest that share a
    word, and some with a domain outside ASCII. Similarity of names is judged here.
    """
    judge = _Judge(of)
    words = sorted(word for word in search_words([name_key(of.organisation_name)]) if len(word) > 2)
    found: list[LikelyDuplicate] = []
    received = InitialApplication
    for kind, model, name, index in (
        (DuplicateKind.INITIAL_APPLICATION, received, received.organisation_name, INITIAL_APPLICATIONS),
        (DuplicateKind.CENTRE, Centre, Centre.name, CENTRES),
    ):
        known = [
            model.name_key == of.name_key,
            model.name_look.in_(judge.name_looks),
        ]
        if of.address_postcode:
            known.append(model.address_postcode == of.address_postcode)
        if telling_domain(of.email_domain):
            known.append(model.email_domain == of.email_domain)
        if telling_look(judge.domain_look):
            idna = literal_column("email_domain LIKE '%xn--%'", Boolean())
            known += [model.email_domain_look == judge.domain_look, idna]
        some = [select(model.id).where(each).limit(_CANDIDATES) for each in known]
        order = [key.desc() for key in index.keys]
        some += [select(index.keys[-1]).where(index.word == word).order_by(*order).limit(_CANDIDATES) for word in words]
        candidates = select(union_all(*(select(each.subquery()) for each in some)).subquery())
        rows = await session.execute(
            select(model.id, model.reference, name, model.name_key, model.address_postcode, model.email_domain)
            .where(one_of(model.id, candidates), model.id != of.id)
            .order_by(
                (model.name_key == of.name_key).desc(),
                (model.address_postcode == of.address_postcode).desc(),
                model.id.desc(),
            )
        )
        for id_, reference, name_, key, postcode, domain in rows:
            reasons = judge.reasons(key, postcode, domain)
            if reasons and id_ != of.centre_id:
                found.append(
                    LikelyDuplicate(
                        kind=kind, id=id_, reference=reference, name=name_, postcode=postcode, reasons=reasons
                    )
                )
    return sorted(found, key=lambda one: (_LOOK_ALIKE.isdisjoint(one.reasons), -len(one.reasons)))[:20]


class _Judge:
    """Why another row may be the same organisation as this one, or pass itself off as it."""

    def __init__(self, of: InitialApplication) -> None:
        self.of = of
        self.name_looks = looks_of(of.name_key)
        self.domain_look = domain_look(of.email_domain)

    def reasons(self, key: str, postcode: str | None, domain: str) -> list[DuplicateReason]:
        same, similar = key == self.of.name_key, similar_names(key, self.of.name_key)
        (seen, *_), (mine, *_) = looks_of(key), self.name_looks
        looks = seen == mine or (not similar and similar_names(seen, mine))
        same_domain = domain == self.of.email_domain
        judged = (
            (DuplicateReason.SIMILAR_NAME, similar),
            (DuplicateReason.LOOK_ALIKE_NAME, looks and not same),
            (DuplicateReason.SAME_POSTCODE, bool(postcode) and postcode == self.of.address_postcode),
            (DuplicateReason.SAME_EMAIL_DOMAIN, same_domain and telling_domain(domain)),
            (
                DuplicateReason.LOOK_ALIKE_EMAIL_DOMAIN,
                not same_domain and telling_look(self.domain_look) and domain_look(domain) == self.domain_look,
            ),
        )
        return [reason for reason, holds in judged if holds]
