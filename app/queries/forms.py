"""What readiness is judged by (R16), as one JSON text of a hot statement, and the judgement, remembered by it."""

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Text, case, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.domain.documents import DocumentKind
from app.domain.readiness import Missing, PolicyFact, ReadinessFacts, ReturnItemFact, begun, readiness
from app.domain.sections import Section
from app.domain.sites import SiteKind
from app.domain.uploads import InspectionState, ScanState, scan_state
from app.models import (
    AgreementAcceptance,
    Application,
    ApplicationDetails,
    Centre,
    Document,
    HeldRole,
    Policy,
    PolicyVersion,
    ReturnItem,
    Review,
    Site,
)
from app.queries.addresses import address_of


class Judged(NamedTuple):
    """What is missing, in the order of the form; how much of each section; and the sections that are begun."""

    gaps: tuple[Missing, ...]
    missing: Counter[str]
    begun: frozenset[Section]


COMPLETE = Judged((), Counter(), frozenset())


# A front end reads the home, the application and its readiness one after another, and all three judge the same form.
# Everything that is judged is in the text and the date, so a change anywhere is another key.
@lru_cache(maxsize=200)
def judge(form: str, today: date, *, scanning: bool) -> Judged:
    """Judge the inputs of readiness, as the statement writes them."""
    facts = readiness_facts(form, today, scanning=scanning)
    gaps = tuple(readiness(facts))
    return Judged(gaps, Counter(gap.section for gap in gaps), begun(facts))


def readiness_facts(form: str, today: date, *, scanning: bool) -> ReadinessFacts:
    """Parse the inputs of readiness."""
    details, main_address, sites, policies, roles, accepted_current, items = from_json(form)
    return ReadinessFacts(
        details=details or {},
        main_address=main_address or {},
        open_delivery_sites=sum(kind == SiteKind.DELIVERY for kind, _ in sites or ()),
        site_ids=frozenset(id_ for _, id_ in sites or ()),
        policies={
            key: _policy_fact(states, not_applicable, scanning) for key, states, not_applicable in policies or ()
        },
        roles_held=frozenset(roles or ()),
        accepted_current=accepted_current is True,
        accepted_older=accepted_current is False,
        return_items=[ReturnItemFact(id_, answered) for id_, answered in items or ()],
        today=today,
    )


def _policy_fact(states: tuple[str, str | None] | None, not_applicable: bool, scanning: bool) -> PolicyFact:
    if states is None:
        return PolicyFact(not_applicable=not_applicable)
    inspected, scanned = states
    state = scan_state(ScanState(scanned) if scanned is not None else None, scanning=scanning)
    return PolicyFact(inspected == InspectionState.PASSED, inspected, not_applicable, state)


def form_of(row: type[Application]) -> ColumnElement[str]:
    """Everything that readiness is judged by, as JSON text: `readiness_facts` reads it."""
    newest_states = (
        # Nothing is in force once the newest is redacted.
        select(
            case(
                (
                    PolicyVersion.redacted_at.is_(None),
                    func.json_build_array(PolicyVersion.inspection_state, PolicyVersion.scan_state),
                )
            )
        )
        .where(PolicyVersion.policy_id == Policy.id)
        .order_by(PolicyVersion.number.desc())
        .limit(1)
        .correlate(Policy)
        .scalar_subquery()
    )
    # Earlier returns were answered before their resubmission.
    last_review = (
        select(func.max(Review.reviewed_at)).where(Review.application_id == row.id).correlate(row).scalar_subquery()
    )
    item = func.json_build_array(ReturnItem.id, ReturnItem.answered_at.is_not(None))
    details = (
        select(func.json_object_agg(ApplicationDetails.group, ApplicationDetails.data))
        .where(ApplicationDetails.application_id == row.id)
        .scalar_subquery()
    )
    main_address = select(address_of(Centre)).where(Centre.id == row.centre_id).scalar_subquery()
    sites = (
        select(func.json_agg(func.json_build_array(Site.kind, Site.id)))
        .where(Site.centre_id == row.centre_id, Site.closed_at.is_(None))
        .scalar_subquery()
    )
    policies = (
        select(
            func.json_agg(
                func.json_build_array(Policy.key, newest_states, Policy.not_applicable_statement.is_not(None))
            )
        )
        .where(Policy.application_id == row.id)
        .scalar_subquery()
    )
    roles = select(func.json_agg(HeldRole.role)).where(HeldRole.centre_id == row.centre_id).scalar_subquery()
    items = (
        select(func.json_agg(aggregate_order_by(item, ReturnItem.number.asc())))
        .join(Review, Review.id == ReturnItem.review_id)
        .where(ReturnItem.application_id == row.id, Review.reviewed_at == last_review)
        .scalar_subquery()
    )
    parts = (details, main_address, sites, policies, roles, _accepted_current(row), items)
    return cast(func.json_build_array(*parts), Text())


def _accepted_current(row: type[Application]) -> ColumnElement[bool]:
    """True if the last acceptance covers the current versions, false if older ones, null if there is none (R15)."""
    agreement, code = (
        select(Document.id).where(Document.kind == kind).order_by(Document.version.desc()).limit(1).scalar_subquery()
        for kind in (DocumentKind.CENTRE_AGREEMENT, DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
    )
    accepted = AgreementAcceptance
    both = (accepted.agreement_id == agreement) & (accepted.code_of_conduct_id == code)
    return (
        select(func.coalesce(both, False))
        .where(accepted.application_id == row.id)
        .order_by(accepted.accepted_at.desc(), accepted.id.desc())
        .limit(1)
        .scalar_subquery()
    )
