"""Check the actions that a recommendation proposes or a decision sets (R20)."""

from collections.abc import Sequence
from datetime import date

from app.domain.json_values import JsonObject
from app.domain.refusals.input import InvalidInput, fault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas.recommendations import RequiredActionInput


def require_suitable(actions: Sequence[RequiredActionInput], today: date, *, wanted: bool) -> None:
    """Raise `InvalidInput` unless there are actions exactly where they are wanted, each due after `today`."""
    if not wanted and actions:
        raise fault(
            "/actions",
            InputFaultCode.ACTIONS_NOT_WANTED,
            "Remove the actions, or choose the outcome 'accept_with_actions'.",
        )
    if wanted and not actions:
        raise fault("/actions", InputFaultCode.ACTIONS_REQUIRED, "Add at least one action for the centre to complete.")
    faults = [
        in_body(f"/actions/{index}/due_on", InputFaultCode.NOT_IN_THE_FUTURE, "Enter a date in the future.")
        for index, action in enumerate(actions)
        if action.due_on <= today
    ]
    if faults:
        raise InvalidInput(faults)


def require_still_due(actions: Sequence[JsonObject], today: date) -> None:
    """Raise `InvalidInput` unless there are recommended actions and none has fallen due meanwhile."""
    if not actions:
        raise fault(
            "/actions",
            InputFaultCode.ACTIONS_REQUIRED,
            "Add at least one action: none was recommended.",
        )
    if any(date.fromisoformat(action["due_on"]) <= today for action in actions):
        raise fault(
            "/actions",
            InputFaultCode.RECOMMENDED_ACTIONS_PAST_DUE,
            "The due date of a recommended action has passed. Give the actions here, with new dates.",
        )
