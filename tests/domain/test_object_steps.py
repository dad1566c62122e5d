"""Which steps stand open on an initial application, an interview, an action and an invoice, for whom."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.actions import ActionStatus
from app.domain.actors import PUBLIC, Actor, ActorKind, CentreRole, Role, Scope, StaffRole
from app.domain.conditions import Facts
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.object_steps import (
    ActionFacts,
    InvoiceFacts,
    Steps,
    of_action,
    of_initial_application,
    of_interview,
    of_invoice,
)
from app.domain.workflow import Status

_CENTRE, _LEAD, _ID = uuid4(), uuid4(), uuid4()
_STARTS_AT = datetime(2026, 12, 1, 10, tzinfo=UTC)


def actor(role: Role, id_: UUID | None = None) -> Actor:
    if isinstance(role, Scope):
        return Actor(ActorKind.CLIENT, id_ or uuid4(), scopes=frozenset({role}))
    if isinstance(role, CentreRole):
        return Actor(ActorKind.PERSON, id_ or uuid4(), memberships={_CENTRE: role})
    return Actor(ActorKind.PERSON, id_ or uuid4(), staff_roles=frozenset({role}))


def shown(steps: Steps) -> tuple[list[str], list[tuple[str, str]]]:
    return [step.name for step in steps.allowed], [(each.step.name, each.code) for each in steps.blocked]


@pytest.mark.parametrize("status", InitialApplicationStatus)
@pytest.mark.parametrize("role", [*StaffRole, *CentreRole, *Scope])
def test_initial_applications_are_for_customer_experience_until_decided(
    role: Role, status: InitialApplicationStatus
) -> None:
    acts = role is StaffRole.CUSTOMER_EXPERIENCE and status is InitialApplicationStatus.RECEIVED
    rest = ["decline", "correct", "resend_acknowledgement"]
    ready = of_initial_application(actor(role), _ID, status, [])
    assert shown(ready) == ((["record_check", "create_account", *rest], []) if acts else ([], []))
    waiting = of_initial_application(actor(role), _ID, status, [DueDiligenceCheckKey.ADDRESS])
    expected = (["record_check", *rest], [("create_account", "due_diligence_incomplete")]) if acts else ([], [])
    assert shown(waiting) == expected


def interview_facts(**changes: object) -> Facts:
    facts = {
        "status": Status.IN_REVIEW,
        "fee_outstanding": False,
        "centre_lead_id": _LEAD,
        "open_interview_id": _ID,
    }
    return Facts(application_id=uuid4(), centre_id=_CENTRE, **(facts | changes))  # type: ignore[arg-type]


def of_the_interview(who: Actor, facts: Facts, *, begun: bool = True) -> Steps:
    return of_interview(who, facts, _ID, _STARTS_AT, _STARTS_AT if begun else _STARTS_AT - timedelta(seconds=1))


def test_an_open_interview_is_for_its_centre_lead() -> None:
    all_ = ["reschedule_interview", "record_interview_outcome", "cancel_interview"]
    lead = actor(StaffRole.CENTRE_LEAD, _LEAD)
    steps = of_the_interview(lead, interview_facts())
    assert shown(steps) == (all_, [])
    paths = [step.path.rsplit("/interviews/", 1)[1] for step in steps.allowed]
    assert paths == [str(_ID), f"{_ID}/outcome", f"{_ID}/outcome"]
    other = of_the_interview(actor(StaffRole.CENTRE_LEAD), interview_facts())
    assert shown(other) == ([], [(name, "not_your_application") for name in all_])
    unpaid = of_the_interview(lead, interview_facts(fee_outstanding=True))
    assert shown(unpaid) == (["cancel_interview"], [(name, "invoice_unpaid") for name in all_[:2]])
    early = of_the_interview(lead, interview_facts(), begun=False)
    assert shown(early) == ([all_[0], all_[2]], [(all_[1], "interview_not_started")])
    returned = of_the_interview(lead, interview_facts(status=Status.RETURNED))
    assert shown(returned) == (["cancel_interview"], [])
    for who in (PUBLIC, actor(CentreRole.SUPER_USER), actor(StaffRole.FINANCE)):
        assert shown(of_the_interview(who, interview_facts())) == ([], [])


def test_no_step_stands_open_on_an_interview_that_is_over() -> None:
    lead = actor(StaffRole.CENTRE_LEAD, _LEAD)
    for facts in (interview_facts(open_interview_id=None), interview_facts(open_interview_id=uuid4())):
        assert shown(of_the_interview(lead, facts)) == ([], [])


def action_facts(status: ActionStatus, *, newest_waits: bool = False, lead: UUID | None = _LEAD) -> ActionFacts:
    return ActionFacts(_ID, uuid4(), _CENTRE, lead, status, newest_waits=newest_waits)


@pytest.mark.parametrize("status", ActionStatus)
@pytest.mark.parametrize("role", CentreRole)
def test_a_centre_sends_evidence_until_the_action_is_closed(role: CentreRole, status: ActionStatus) -> None:
    allowed = [] if status is ActionStatus.CLOSED else ["send_evidence"]
    assert shown(of_action(actor(role), action_facts(status))) == (allowed, [])
    stranger = Actor(ActorKind.PERSON, uuid4(), memberships={uuid4(): role})
    assert shown(of_action(stranger, action_facts(status))) == ([], [])


def test_the_centre_lead_judges_evidence_once_it_is_there_and_scanned() -> None:
    both, lead = ["close", "ask_for_evidence"], actor(StaffRole.CENTRE_LEAD, _LEAD)
    assert shown(of_action(lead, action_facts(ActionStatus.EVIDENCE_SENT))) == (both, [])
    waits = of_action(lead, action_facts(ActionStatus.EVIDENCE_SENT, newest_waits=True))
    assert shown(waits) == (["ask_for_evidence"], [("close", "scan_pending")])
    opened = of_action(lead, action_facts(ActionStatus.OPEN))
    assert shown(opened) == ([], [(name, "no_evidence") for name in both])
    for facts in (action_facts(ActionStatus.EVIDENCE_SENT, lead=None), action_facts(ActionStatus.EVIDENCE_SENT)):
        other = of_action(actor(StaffRole.CENTRE_LEAD), facts)
        assert shown(other) == ([], [(name, "not_your_application") for name in both])
    assert shown(of_action(lead, action_facts(ActionStatus.CLOSED))) == ([], [])


_MONEY: dict[Role, list[str]] = {
    StaffRole.FINANCE: ["record_payment", "credit", "reissue", "waive", "refund", "allocate"],
    Scope.PAYMENTS_WRITE: ["record_payment", "refund", "allocate"],
    Scope.CREDIT_NOTES_WRITE: ["credit"],
    Scope.INVOICES_WRITE: ["reissue"],
}


def invoice_facts(**changes: object) -> InvoiceFacts:
    return InvoiceFacts(**({"id": _ID, "creditable": 100, "due": 100, "credit_balance": 0} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [*StaffRole, *CentreRole, *Scope])
@pytest.mark.parametrize(
    ("facts", "obstacles"),
    [
        (invoice_facts(), {"refund": "exceeds_credit_balance", "allocate": "exceeds_credit_balance"}),
        (
            invoice_facts(creditable=0, due=0, credit_balance=1),
            {"credit": "exceeds_due", "waive": "nothing_to_waive"},
        ),
        (invoice_facts(creditable=0, due=0, credit_balance=1, fee_credited=True), {"credit": "exceeds_due"}),
        (invoice_facts(credit_balance=1, replaced=True, ended=True, waived=True), {"reissue": "invoice_replaced"}),
        (invoice_facts(credit_balance=1, ended=True, waived=True), {"reissue": "nothing_to_replace"}),
        (invoice_facts(credit_balance=1, waived=True), {"reissue": "invoice_waived"}),
    ],
)
def test_an_invoice_has_steps_for_finance_and_its_systems(
    role: Role, facts: InvoiceFacts, obstacles: dict[str, str]
) -> None:
    names = _MONEY.get(role, [])
    blocked = [(name, obstacles[name]) for name in names if name in obstacles]
    assert shown(of_invoice(actor(role), facts)) == ([name for name in names if name not in obstacles], blocked)


def test_nobody_waives_what_they_issued() -> None:
    finance = actor(StaffRole.FINANCE)
    assert finance.id is not None
    _, blocked = shown(of_invoice(finance, invoice_facts(due=0, credit_balance=1, issuers=frozenset({finance.id}))))
    assert blocked == [("waive", "own_invoice")]
