"""Small facts that are derived and never stored."""

from datetime import UTC, datetime

import pytest

from app.domain.centre_users import CentreUserStatus, centre_user_status
from app.domain.sandbox import SandboxState, status_in
from app.domain.statuses import Status

_THEN = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("deactivated_at", "accepted", "status"),
    [
        (None, False, CentreUserStatus.INVITED),
        (None, True, CentreUserStatus.ACTIVE),
        (_THEN, True, CentreUserStatus.DEACTIVATED),
        (_THEN, False, CentreUserStatus.DEACTIVATED),
    ],
)
def test_how_far_a_user_has_come(deactivated_at: datetime | None, accepted: bool, status: CentreUserStatus) -> None:
    assert centre_user_status(deactivated_at, accepted=accepted) is status


def test_a_sandbox_state_named_like_a_status_is_that_status() -> None:
    plain = {state for state in SandboxState if state.value in {status.value for status in Status}}
    assert {status_in(state) for state in plain} == set(Status) - {Status.CLOSED}
    assert all(status_in(state).value == state.value for state in plain)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (SandboxState.READY_TO_SUBMIT, Status.DRAFT),
        (SandboxState.RESUBMITTED, Status.SUBMITTED),
        (SandboxState.RETURNED_BY_CENTRE_LEAD, Status.RETURNED),
        (SandboxState.INTERVIEW_HELD, Status.IN_REVIEW),
    ],
)
def test_a_state_between_two_statuses_has_the_one_before(state: SandboxState, status: Status) -> None:
    assert status_in(state) is status
