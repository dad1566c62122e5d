"""The actions that a recommendation proposes or a decision sets: do they suit the outcome, are they still due (R20)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.domain.refusals.input import InvalidInput, fault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas.recommendations import RequiredActionInput


def require_suitable(actions: Sequence[RequiredActionInput], today: date, *, wanted: bool) -> None:
    """Raises `InvalidInput` unless there are actions exactly where they are wanted, each due on a day after `today`."""
    if not wanted and actions:
        raise fault(
            "/actions", InputFaultCode.ACTIONS_NOT_WANTED, "Actions go with the outcome 'accept_with_actions' alone."
        )
    if wanted and not actions:
        raise fault(
            "/actions", InputFaultCode.ACTIONS_REQUIRED, "Say at least one action that the centre has to complete."
        )
    faults = [
        in_body(f"/actions/{index}/due_on", InputFaultCode.NOT_IN_THE_FUTURE, "Enter a day that is still to come.")
        for index, action in enumerate(actions)
        if action.due_on <= today
    ]
    if faults:
        raise InvalidInput(faults)


def require_still_due(actions: Sequence[dict[str, Any]], today: date) -> None:
    """Raises `InvalidInput` unless there are recommended actions, and none of them has fallen due meanwhile."""
    if not actions:
        raise fault(
            "/actions",
            InputFaultCode.ACTIONS_REQUIRED,
            "No actions were recommended, so say which the centre has to complete.",
        )
    if any(date.fromisoformat(action["due_on"]) <= today for action in actions):
        raise fault(
            "/actions",
            InputFaultCode.RECOMMENDED_ACTIONS_PAST_DUE,
            "The due date of a recommended action has passed. Give the actions here, with new dates.",
        )
