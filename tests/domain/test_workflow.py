"""Every state × step × role against a table that is written down a second time, by hand (R16–R22, R26)."""

from dataclasses import replace
from itertools import product
from uuid import UUID, uuid4

import pytest

from app.domain.actors import Actor, ActorKind, CentreRole, Role, Scope, StaffRole
from app.domain.closings import Closing
from app.domain.permissions import GRANTS
from app.domain.refusals.access import RoleNotAllowed
from app.domain.refusals.base import Conflict, Forbidden
from app.domain.refusals.steps import AvailableStep, NotReady, StepNotAllowed, StepRefused
from app.domain.workflow import (
    FINAL,
    STATUSES,
    STEPS,
    BlockedStep,
    Facts,
    OpenStep,
    Party,
    Status,
    StepName,
    judge,
    steps_for,
    target_of,
    transitions,
    waiting_on,
)

CENTRE = uuid4()
LEAD = uuid4()
ROLES: tuple[Role, ...] = (*CentreRole, *StaffRole, *Scope)

# Neither leads on: they end something, or are the payment itself.
BACKWARDS = {StepName.WITHDRAW, StepName.CANCEL_INTERVIEW, StepName.RECEIVE_FEE}

# Who can do what in which state, when nothing else blocks it.
EXPECTED: dict[tuple[Status, Role], set[str]] = {
    (Status.DRAFT, CentreRole.SUPER_USER): {"submit", "withdraw"},
    (Status.DRAFT, StaffRole.CUSTOMER_EXPERIENCE): {"close"},
    (Status.RETURNED, StaffRole.CUSTOMER_EXPERIENCE): {"close"},
    (Status.AWAITING_PAYMENT, StaffRole.CUSTOMER_EXPERIENCE): {"close"},
    (Status.CLOSED, StaffRole.CUSTOMER_EXPERIENCE): {"reopen"},
    (Status.RETURNED, CentreRole.SUPER_USER): {"submit", "withdraw"},
    (Status.RETURNED, StaffRole.CENTRE_LEAD): {"cancel_interview"},
    (Status.RETURNED, StaffRole.QUALITY_ASSURANCE_MANAGER): {"assign_centre_lead"},
    (Status.SUBMITTED, CentreRole.SUPER_USER): {"withdraw"},
    (Status.SUBMITTED, StaffRole.CUSTOMER_EXPERIENCE): {"initial_review_return", "initial_review_pass"},
    (Status.AWAITING_PAYMENT, CentreRole.SUPER_USER): {"withdraw"},
    (Status.AWAITING_PAYMENT, StaffRole.FINANCE): {"receive_fee"},
    (Status.AWAITING_PAYMENT, Scope.PAYMENTS_WRITE): {"receive_fee"},
    (Status.IN_REVIEW, CentreRole.SUPER_USER): {"withdraw"},
    (Status.IN_REVIEW, StaffRole.CENTRE_LEAD): {
        "centre_lead_return",
        "reschedule_interview",
        "record_interview_outcome",
        "cancel_interview",
    },
    (Status.IN_REVIEW, StaffRole.QUALITY_ASSURANCE_MANAGER): {"assign_centre_lead"},
    (Status.AWAITING_DECISION, CentreRole.SUPER_USER): {"withdraw"},
    (Status.AWAITING_DECISION, StaffRole.QUALITY_ASSURANCE_MANAGER): {"assign_centre_lead", "refer_back", "decide"},
    (Status.ACCEPTED, StaffRole.QUALITY_ASSURANCE_MANAGER): {"assign_centre_lead"},
    (Status.ACCEPTED_WITH_ACTIONS, StaffRole.QUALITY_ASSURANCE_MANAGER): {"assign_centre_lead"},
}


def facts(status: Status, **changes: object) -> Facts:
    """Facts that block nothing except by `changes`: paid, complete, an interview held and another one arranged,
    abandoned and warned."""
    whole = Facts(
        application_id=uuid4(),
        centre_id=CENTRE,
        status=status,
        fee_outstanding=False,
        invoice_id=uuid4(),
        centre_lead_id=LEAD,
        open_interview_id=uuid4(),
        interview_held=True,
        closing=Closing(abandoned=True, warned=True, warning_over=True, reopenable=True),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def actor(role: Role, id_: UUID = LEAD) -> Actor:
    """Somebody with one role."""
    if isinstance(role, CentreRole):
        return Actor(ActorKind.PERSON, id_, memberships={CENTRE: role})
    if isinstance(role, Scope):
        return Actor(ActorKind.CLIENT, id_, scopes=frozenset({role}))
    return Actor(ActorKind.PERSON, id_, staff_roles=frozenset({role}))


@pytest.mark.requirement("R16", "R17", "R18", "R19", "R20", "R21", "R22")
@pytest.mark.parametrize(("status", "step"), list(product(Status, StepName)))
def test_state_step_role(status: Status, step: StepName) -> None:
    """`steps_for` and `judge` agree with the table."""
    found = facts(status)
    for role in ROLES:
        _compare(found, step, role)


def _compare(found: Facts, step: StepName, role: Role) -> None:
    allowed = {open_.name.value for open_ in steps_for(found, actor(role))[0]}
    expected = EXPECTED.get((found.status, role), set())
    assert (step.value in allowed) == (step.value in expected), role
    if step.value in expected:
        judge(step, found, actor(role))
    else:
        with pytest.raises((Forbidden, Conflict)) as refused:
            judge(step, found, actor(role))
        holds = role in next(row.who for row in STEPS if row.name is step)
        assert issubclass(refused.type, Conflict if holds else Forbidden)


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(("credited", "code"), [(False, "invoice_unpaid"), (True, "fee_credited")])
@pytest.mark.parametrize("step", [step for step in StepName if step not in BACKWARDS])
def test_nothing_after_the_invoice_proceeds_until_it_is_paid(step: StepName, credited: bool, code: str) -> None:
    """Every later step asks the gate, so a reversed payment closes it again, and a credit note does not open it."""
    row = next(row for row in STEPS if row.name is step)
    for status, role in product(row.sources, row.who):
        later = status in (Status.IN_REVIEW, Status.AWAITING_DECISION, Status.ACCEPTED, Status.ACCEPTED_WITH_ACTIONS)
        found = facts(
            status,
            fee_outstanding=True,
            fee_credited=credited,
            open_interview_id=None if step is StepName.ARRANGE_INTERVIEW else uuid4(),
        )
        if later:
            with pytest.raises(Conflict) as refused:
                judge(step, found, actor(role))
            assert refused.value.code == code


@pytest.mark.requirement("R16", "R19", "R20")
@pytest.mark.parametrize(
    ("status", "step", "role", "changes", "code"),
    [
        (Status.DRAFT, StepName.SUBMIT, CentreRole.SUPER_USER, {"missing": 1}, "not_ready"),
        (
            Status.RETURNED,
            StepName.SUBMIT,
            CentreRole.SUPER_USER,
            {"returned_by_centre_lead": True, "fee_outstanding": True},
            "invoice_unpaid",
        ),
        (
            Status.RETURNED,
            StepName.SUBMIT,
            CentreRole.SUPER_USER,
            {"returned_by_centre_lead": True, "fee_outstanding": True, "fee_credited": True},
            "fee_credited",
        ),
        (Status.IN_REVIEW, StepName.ARRANGE_INTERVIEW, StaffRole.CENTRE_LEAD, {}, "interview_already_arranged"),
        (Status.IN_REVIEW, StepName.RECOMMEND, StaffRole.CENTRE_LEAD, {"interview_held": False}, "interview_not_held"),
        (Status.IN_REVIEW, StepName.RECOMMEND, StaffRole.CENTRE_LEAD, {}, "interview_already_arranged"),
        (
            Status.DRAFT,
            StepName.WARN_OF_CLOSING,
            StaffRole.CUSTOMER_EXPERIENCE,
            {"closing": Closing()},
            "not_abandoned",
        ),
        (Status.DRAFT, StepName.WARN_OF_CLOSING, StaffRole.CUSTOMER_EXPERIENCE, {}, "closing_warning_runs"),
        (
            Status.RETURNED,
            StepName.CLOSE,
            StaffRole.CUSTOMER_EXPERIENCE,
            {"closing": Closing(abandoned=True)},
            "closing_not_warned",
        ),
        (
            Status.RETURNED,
            StepName.CLOSE,
            StaffRole.CUSTOMER_EXPERIENCE,
            {"closing": Closing(abandoned=True, warned=True)},
            "closing_warning_runs",
        ),
        (
            Status.CLOSED,
            StepName.REOPEN,
            StaffRole.CUSTOMER_EXPERIENCE,
            {"closing": Closing(closed_from=Status.DRAFT)},
            "too_late_to_reopen",
        ),
    ],
)
def test_conditions_block_with_their_code(
    status: Status, step: StepName, role: Role, changes: dict[str, object], code: str
) -> None:
    """A blocked step is shown as blocked with the reason, and answers 409 with the steps that are
    open."""
    found = facts(status, **changes)
    blocked = {blocked.name: blocked.code for blocked in steps_for(found, actor(role))[1]}
    assert blocked[step] == code
    with pytest.raises(StepRefused) as refused:
        judge(step, found, actor(role))
    assert refused.value.code == code
    assert refused.value.application_status is status


@pytest.mark.requirement("R19")
def test_only_the_assigned_lead_leads() -> None:
    """Another centre lead gets 403, not 409: the refusal is about the person."""
    judge(StepName.RECOMMEND, facts(Status.IN_REVIEW, open_interview_id=None), actor(StaffRole.CENTRE_LEAD))
    with pytest.raises(Forbidden) as refused:
        judge(StepName.RECOMMEND, facts(Status.IN_REVIEW), actor(StaffRole.CENTRE_LEAD, uuid4()))
    assert refused.value.code == "not_your_application"


@pytest.mark.requirement("R21")
def test_nobody_decides_on_their_own_recommendation() -> None:
    """A person who has ever recommended never decides, whatever their roles; they may still refer back."""
    both = Actor(ActorKind.PERSON, LEAD, staff_roles=frozenset(StaffRole))
    found = facts(Status.AWAITING_DECISION, recommenders=frozenset({LEAD}))
    with pytest.raises(Forbidden) as refused:
        judge(StepName.DECIDE, found, both)
    assert refused.value.code == "own_recommendation"
    judge(StepName.REFER_BACK, found, both)


@pytest.mark.requirement("R17", "R19")
def test_a_return_by_the_lead_comes_back_to_the_lead() -> None:
    """A resubmission goes back to the person who returned it."""
    assert target_of(StepName.SUBMIT, facts(Status.RETURNED, returned_by_centre_lead=True)) is Status.IN_REVIEW
    assert target_of(StepName.SUBMIT, facts(Status.RETURNED)) is Status.SUBMITTED


@pytest.mark.parametrize(
    ("step", "status", "chosen", "target"),
    [
        (StepName.INITIAL_REVIEW_PASS, Status.SUBMITTED, None, Status.AWAITING_PAYMENT),
        (StepName.DECIDE, Status.AWAITING_DECISION, None, Status.ACCEPTED),
        (StepName.DECIDE, Status.AWAITING_DECISION, Status.REJECTED, Status.REJECTED),
        (StepName.ASSIGN_CENTRE_LEAD, Status.RETURNED, None, Status.RETURNED),
        (StepName.ARRANGE_INTERVIEW, Status.IN_REVIEW, None, Status.IN_REVIEW),
    ],
)
def test_a_step_leads_to_its_target(step: StepName, status: Status, chosen: Status | None, target: Status) -> None:
    """A step without a target stays, one with several takes the chosen one."""
    assert target_of(step, facts(status), chosen) is target


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED, Status.AWAITING_PAYMENT])
def test_a_reopened_application_is_where_it_was(status: Status) -> None:
    found = facts(Status.CLOSED, closing=Closing(closed_from=status, reopenable=True))
    assert target_of(StepName.REOPEN, found) is status


def test_no_step_leads_to_a_status_that_is_not_its_target() -> None:
    with pytest.raises(AssertionError, match=r"^decide does not lead to withdrawn$"):
        target_of(StepName.DECIDE, facts(Status.AWAITING_DECISION), Status.WITHDRAWN)


@pytest.mark.requirement("R26")
def test_a_step_names_the_address_that_takes_it() -> None:
    found = facts(Status.IN_REVIEW)
    application = f"/v1/applications/{found.application_id}"
    opened, _ = steps_for(found, actor(StaffRole.CENTRE_LEAD))
    assert opened[0] == OpenStep(
        StepName.CENTRE_LEAD_RETURN, "Return to the centre", "reviewApplication", "POST", f"{application}/reviews"
    )
    assert [(step.method, step.path) for step in opened[1:]] == [
        ("PATCH", f"{application}/interviews/{found.open_interview_id}"),
        *2 * [("POST", f"{application}/interviews/{found.open_interview_id}/outcome")],
    ]
    paying = facts(Status.AWAITING_PAYMENT)
    (receive,), _ = steps_for(paying, actor(StaffRole.FINANCE))
    assert receive.path == f"/v1/invoices/{paying.invoice_id}/payments"


@pytest.mark.requirement("R26")
def test_a_refused_step_names_the_steps_that_are_open_instead() -> None:
    found = facts(Status.AWAITING_PAYMENT)
    with pytest.raises(StepNotAllowed) as refused:
        judge(StepName.SUBMIT, found, actor(CentreRole.SUPER_USER))
    assert refused.value.members == {
        "application_status": Status.AWAITING_PAYMENT,
        "allowed_steps": (
            AvailableStep(StepName.WITHDRAW, "POST", f"/v1/applications/{found.application_id}/withdrawal"),
        ),
    }
    assert refused.value.detail == (
        "The application is 'invoice to be paid', and the step 'submit' is not possible in that state."
    )


def test_staff_read_their_own_name_of_the_status() -> None:
    with pytest.raises(StepNotAllowed, match="'with the centre lead'"):
        judge(StepName.DECIDE, facts(Status.IN_REVIEW), actor(StaffRole.QUALITY_ASSURANCE_MANAGER))


def test_a_role_that_cannot_take_the_step_is_told_whose_step_it_is() -> None:
    with pytest.raises(RoleNotAllowed) as refused:
        judge(StepName.RECEIVE_FEE, facts(Status.AWAITING_PAYMENT), actor(CentreRole.USER))
    who = "finance staff or an integration client with the scope payments:write"
    assert refused.value.detail == f"Only {who} can do this."


@pytest.mark.requirement("R26")
def test_a_blocked_step_gives_the_reason() -> None:
    found = facts(Status.DRAFT, missing=1)
    assert steps_for(found, actor(CentreRole.SUPER_USER))[1] == [
        BlockedStep(
            StepName.SUBMIT,
            "Submit the application",
            "submitApplication",
            "POST",
            f"/v1/applications/{found.application_id}/submissions",
            "not_ready",
            NotReady.sentence,
        )
    ]


@pytest.mark.requirement("R05")
def test_waiting_on_names_who_has_to_act() -> None:
    """A closed gate waits for the centre, an application without a lead for the manager."""
    assert waiting_on(facts(Status.IN_REVIEW)) is Party.CENTRE_LEAD
    assert waiting_on(facts(Status.IN_REVIEW, centre_lead_id=None)) is Party.QUALITY_ASSURANCE_MANAGER
    assert waiting_on(facts(Status.AWAITING_DECISION, fee_outstanding=True)) is Party.CENTRE
    assert waiting_on(facts(Status.SUBMITTED, fee_outstanding=True)) is Party.CUSTOMER_EXPERIENCE
    for status in (Status.AWAITING_PAYMENT, Status.IN_REVIEW, Status.AWAITING_DECISION):
        assert waiting_on(facts(status, fee_outstanding=True, fee_credited=True)) is Party.FINANCE
    assert {waiting_on(facts(status)) for status in FINAL} == {None}


@pytest.mark.requirement("R26")
def test_every_state_can_be_reached_and_left() -> None:
    """The drawn process has no dead end but the final states, and no island. What was closed can be reopened."""
    arrows = list(transitions())
    assert {target for _, _, target in arrows} | {Status.DRAFT} == set(Status)
    assert {source for source, _, _ in arrows} == set(Status) - FINAL | {Status.CLOSED}
    assert set(STATUSES) == set(Status)


def test_the_administrator_takes_no_step() -> None:
    """The administrator manages staff, clients and documents, but takes no step."""
    assert not [step for step in STEPS if StaffRole.ADMINISTRATOR in step.who]
    assert set(GRANTS) == set(ROLES)
