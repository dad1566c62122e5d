"""The facts for readiness, for any number of applications in a fixed number of statements (R16)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.documents import AGREED_KINDS, DocumentKind
from app.domain.json_values import JsonObject
from app.domain.readiness import PolicyFact, ReadinessFacts, ReturnItemFact
from app.domain.sites import SiteKind
from app.domain.uploads import InspectionState
from app.domain.working_days import london_date
from app.models import (
    AgreementAcceptance,
    Application,
    ApplicationDetails,
    Centre,
    HeldRole,
    Policy,
    PolicyVersion,
    ReturnItem,
    Review,
    Site,
)
from app.queries.documents import current_documents
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def readiness_facts(work: Work, rows: Sequence[Application]) -> dict[UUID, ReadinessFacts]:
    """Gather the facts of each application."""
    if not rows:
        return {}
    session = work.session
    ids = [row.id for row in rows]
    centre_ids = list({row.centre_id for row in rows})
    details = await _details(session, ids)
    policies = await _policies(session, ids)
    agreed = await _agreed(session, ids)
    items = await _return_items(session, ids)
    roles = await _roles(session, centre_ids)
    sites = await _sites(session, centre_ids)
    addresses = {
        centre.id: centre.address for centre in await session.scalars(select(Centre).where(Centre.id.in_(centre_ids)))
    }
    return {
        row.id: ReadinessFacts(
            details=details[row.id],
            main_address=addresses[row.centre_id],
            open_delivery_sites=sum(kind is SiteKind.DELIVERY for kind, _ in sites[row.centre_id]),
            site_ids=frozenset(str(id_) for _, id_ in sites[row.centre_id]),
            policies=policies[row.id],
            roles_held=frozenset(roles[row.centre_id]),
            accepted_current=agreed.get(row.id, (False, False))[0],
            accepted_older=agreed.get(row.id, (False, False))[1],
            return_items=items[row.id],
            today=london_date(work.now),
        )
        for row in rows
    }


@unfiltered(Reason.JUDGED)
async def _details(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, JsonObject]:
    found: defaultdict[UUID, JsonObject] = defaultdict(dict)
    for row in await session.scalars(select(ApplicationDetails).where(ApplicationDetails.application_id.in_(ids))):
        found[row.application_id][row.group.value] = row.data
    return found


@unfiltered(Reason.JUDGED)
async def _policies(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, PolicyFact]]:
    newest = (
        select(PolicyVersion.inspection_state)
        .where(PolicyVersion.policy_id == Policy.id)
        .order_by(PolicyVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    found: defaultdict[UUID, dict[str, PolicyFact]] = defaultdict(dict)
    for row, state in await session.execute(select(Policy, newest).where(Policy.application_id.in_(ids))):
        found[row.application_id][row.key.value] = PolicyFact(
            has_passed_version=state == InspectionState.PASSED,
            inspection_state=state,
            not_applicable=row.not_applicable_statement is not None,
        )
    return found


@unfiltered(Reason.JUDGED)
async def _agreed(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, tuple[bool, bool]]:
    """Tell whether the last acceptance covers the current versions, and whether older versions were accepted."""
    current = await current_documents(session, AGREED_KINDS)
    agreement = current.get(DocumentKind.CENTRE_AGREEMENT)
    code = current.get(DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
    last = (
        select(AgreementAcceptance)
        .where(AgreementAcceptance.application_id.in_(ids))
        .ext(distinct_on(AgreementAcceptance.application_id))
        .order_by(
            AgreementAcceptance.application_id, AgreementAcceptance.accepted_at.desc(), AgreementAcceptance.id.desc()
        )
    )
    found: dict[UUID, tuple[bool, bool]] = {}
    for row in await session.scalars(last):
        same = (
            agreement is not None
            and code is not None
            and (row.agreement_id, row.code_of_conduct_id) == (agreement.id, code.id)
        )
        found[row.application_id] = (same, not same)
    return found


@unfiltered(Reason.JUDGED)
async def _return_items(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, list[ReturnItemFact]]:
    """Load the items of the last return; earlier ones were answered before their resubmission."""
    last_review = (
        select(func.max(Review.reviewed_at))
        .where(Review.application_id == ReturnItem.application_id)
        .correlate(ReturnItem)
        .scalar_subquery()
    )
    found: defaultdict[UUID, list[ReturnItemFact]] = defaultdict(list)
    rows = await session.scalars(
        select(ReturnItem)
        .join(Review, Review.id == ReturnItem.review_id)
        .where(ReturnItem.application_id.in_(ids), Review.reviewed_at == last_review)
        .order_by(ReturnItem.number)
    )
    for row in rows:
        found[row.application_id].append(ReturnItemFact(str(row.id), row.answered_at is not None))
    return found


@unfiltered(Reason.JUDGED)
async def _roles(session: AsyncSession, centre_ids: Sequence[UUID]) -> Mapping[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = await session.execute(
        select(HeldRole.centre_id, HeldRole.role).where(HeldRole.centre_id.in_(centre_ids)).distinct()
    )
    for centre_id, role in rows:
        found[centre_id].add(role.value)
    return found


@unfiltered(Reason.JUDGED)
async def _sites(session: AsyncSession, centre_ids: Sequence[UUID]) -> Mapping[UUID, list[tuple[SiteKind, UUID]]]:
    found: defaultdict[UUID, list[tuple[SiteKind, UUID]]] = defaultdict(list)
    rows = await session.execute(
        select(Site.centre_id, Site.kind, Site.id).where(Site.centre_id.in_(centre_ids), Site.closed_at.is_(None))
    )
    for centre_id, kind, id_ in rows:
        found[centre_id].append((kind, id_))
    return found
