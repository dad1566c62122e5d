"""The quality assurance manager's decision and its consequences (R21, R22)."""

from collections.abc import Mapping, Sequence

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.actions import ActionStatus
from app.domain.decisions import DecisionOutcome
from app.domain.events import EventType
from app.domain.permissions import Permission, granted
from app.domain.preconditions import Expected
from app.domain.workflow import ACCEPTING, Status, StepName
from app.domain.working_days import london_date
from app.letters.decisions.accepted import ApplicationAccepted
from app.letters.decisions.accepted_with_actions import ApplicationAcceptedWithActions
from app.letters.decisions.referred_back import ReferredBack
from app.letters.decisions.rejected import ApplicationRejected
from app.models import Action, Application, Decision, Recommendation
from app.queries.actions import list_actions
from app.queries.applications import AnyApplication
from app.queries.decisions import list_decisions
from app.queries.recommendations import last_recommendation
from app.schemas import decisions as schemas
from app.schemas.recommendations import RequiredAction, RequiredActionInput
from app.services.recognitions import recognise
from app.services.required_actions import require_still_due, require_suitable
from app.services.workflow.steps import Step, take

_STATUS: Mapping[DecisionOutcome, Status] = {
    DecisionOutcome.ACCEPT: Status.ACCEPTED,
    DecisionOutcome.ACCEPT_WITH_ACTIONS: Status.ACCEPTED_WITH_ACTIONS,
    DecisionOutcome.REJECT: Status.REJECTED,
}
_LETTERS: Mapping[
    DecisionOutcome, type[ApplicationAccepted | ApplicationAcceptedWithActions | ApplicationRejected | ReferredBack]
] = {
    DecisionOutcome.ACCEPT: ApplicationAccepted,
    DecisionOutcome.ACCEPT_WITH_ACTIONS: ApplicationAcceptedWithActions,
    DecisionOutcome.REJECT: ApplicationRejected,
    DecisionOutcome.REFER_BACK: ReferredBack,
}
_SUMMARY: Mapping[DecisionOutcome, str] = {
    DecisionOutcome.ACCEPT: "Decided: accepted",
    DecisionOutcome.ACCEPT_WITH_ACTIONS: "Decided: accepted with actions",
    DecisionOutcome.REJECT: "Decided: not accepted",
}


async def decide(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.DecisionCreate
) -> schemas.Decision:
    """Decide on the last recommendation, or refer it back. An acceptance creates the recognition and the actions.

    Raises `InvalidInput` for actions that do not suit the outcome, and what `steps.take` raises: nobody decides on an
    application that they recommended, or while the fee is unpaid.
    """
    with_actions = body.outcome is DecisionOutcome.ACCEPT_WITH_ACTIONS
    if body.actions is not None or not with_actions:
        require_suitable(body.actions or [], london_date(work.now), wanted=with_actions)
    name = StepName.REFER_BACK if body.outcome is DecisionOutcome.REFER_BACK else StepName.DECIDE
    step = await take(work, application, expected, name)
    row = step.application
    found = await last_recommendation(work.session, row.id)
    assert found is not None, "what awaits a decision has a recommendation"
    if body.outcome is DecisionOutcome.REFER_BACK:
        # A referral brings another recommendation, and each has its own decision.
        decided = await list_decisions(work, row.id)
        limits.require_room(len(decided) + 1, limits.RECOMMENDATIONS, "recommendations on this application")
    recommendation, submission_number = found
    actions = _actions(work, row, body, recommendation) if with_actions else []
    assert work.actor.id is not None
    decision = Decision(
        application_id=row.id,
        submission_id=recommendation.submission_id,
        recommendation_id=recommendation.id,
        outcome=body.outcome,
        reasons=body.reasons,
        internal_note=body.internal_note,
        decided_by=work.actor.id,
        decided_by_name=work.actor.name,
        decided_at=work.now,
    )
    work.session.add_all([decision, *actions])
    await _carry_out(step, decision, actions)
    await work.session.flush()
    return _to_schema(work, decision, submission_number, actions)


def _actions(
    work: Work, row: Application, body: schemas.DecisionCreate, recommendation: Recommendation
) -> list[Action]:
    """Return the decision's own actions, else the recommended ones, numbered from 1."""
    wanted = body.actions
    if wanted is None:
        require_still_due(recommendation.actions, london_date(work.now))
        wanted = [RequiredActionInput.model_validate(action) for action in recommendation.actions]
    return [
        Action(
            application_id=row.id,
            number=number,
            description=action.description,
            due_on=action.due_on,
            status=ActionStatus.OPEN,
            created_at=work.now,
        )
        for number, action in enumerate(wanted, start=1)
    ]


async def _carry_out(step: Step, decision: Decision, actions: Sequence[Action]) -> None:
    work, row = step.work, step.application
    final = decision.outcome is not DecisionOutcome.REFER_BACK
    step.move(_STATUS.get(decision.outcome))
    await work.session.flush()
    public = {"decision_id": str(decision.id), "recommendation_id": str(decision.recommendation_id)}
    await step.record(
        EventType.DECIDED if final else EventType.REFERRED_BACK,
        _SUMMARY.get(decision.outcome, "Referred back to the centre lead"),
        public=public | ({"outcome": decision.outcome.value, "actions": len(actions)} if final else {}),
        after=public
        | {"reasons": decision.reasons, "internal_note": decision.internal_note}
        | {"actions": [{"description": action.description, "due_on": action.due_on.isoformat()} for action in actions]},
        centre_sees=final,
    )
    if row.status in ACCEPTING:
        await recognise(work, row)
    await outbox.queue(work, _LETTERS[decision.outcome](decision_id=decision.id))


async def list_all(work: Work, application: AnyApplication) -> schemas.DecisionList:
    """List the decisions on the application that the caller may see."""
    rows = await list_decisions(work, application.id)
    # An application is accepted once, so all its actions belong to that decision.
    actions = await list_actions(work.session, application.id)
    return schemas.DecisionList(
        items=[
            _to_schema(work, row, number, actions if row.outcome is DecisionOutcome.ACCEPT_WITH_ACTIONS else [])
            for row, number in rows
        ]
    )


def _to_schema(work: Work, row: Decision, submission_number: int, actions: Sequence[Action]) -> schemas.Decision:
    internal = granted(work.actor, Permission.READ_INTERNAL_NOTES)
    return schemas.Decision(
        id=row.id,
        outcome=row.outcome,
        submission_id=row.submission_id,
        submission_number=submission_number,
        recommendation_id=row.recommendation_id if internal else None,
        reasons=row.reasons,
        internal_note=row.internal_note if internal else None,
        actions=[RequiredAction(description=action.description, due_on=action.due_on) for action in actions],
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
    )
