"""The smaller state machines: initial application, interview and action (R03, R19, R23, R26)."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.actions import ActionStatus
from app.domain.actors import CentreRole, Role, StaffRole
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.interviews import InterviewStatus


@dataclass(frozen=True)
class Transition:
    """A transition between two statuses. `source` is None at the start; an empty `who` means anyone."""

    source: StrEnum | None
    target: StrEnum
    label: str
    who: tuple[Role, ...]
    operation_id: str


@dataclass(frozen=True)
class Machine:
    """A state machine and its transitions."""

    key: str
    title: str
    statuses: type[StrEnum]
    transitions: tuple[Transition, ...]


_I, _V, _A = InitialApplicationStatus, InterviewStatus, ActionStatus
_EXPERIENCE = (StaffRole.CUSTOMER_EXPERIENCE,)
_LEAD = (StaffRole.CENTRE_LEAD,)

INITIAL_APPLICATION = Machine(
    "initial_application",
    "Initial application",
    InitialApplicationStatus,
    (
        Transition(None, _I.RECEIVED, "Send the initial application", (), "createInitialApplication"),
        Transition(_I.RECEIVED, _I.ACCOUNT_CREATED, "Create the centre's account", _EXPERIENCE, "createCentreAccount"),
        Transition(_I.RECEIVED, _I.DECLINED, "Decline", _EXPERIENCE, "declineInitialApplication"),
    ),
)
INTERVIEW = Machine(
    "interview",
    "Interview",
    InterviewStatus,
    (
        Transition(None, _V.ARRANGED, "Arrange the interview", _LEAD, "arrangeInterview"),
        Transition(_V.ARRANGED, _V.ARRANGED, "Reschedule the interview", _LEAD, "rescheduleInterview"),
        Transition(_V.ARRANGED, _V.HELD, "Record that it was held", _LEAD, "recordInterviewOutcome"),
        Transition(_V.ARRANGED, _V.CANCELLED, "Record that it was cancelled", _LEAD, "recordInterviewOutcome"),
        Transition(_V.ARRANGED, _V.CANCELLED, "Return the application to the centre", _LEAD, "reviewApplication"),
        Transition(
            _V.ARRANGED, _V.CANCELLED, "Withdraw the application", (CentreRole.SUPER_USER,), "withdrawApplication"
        ),
        Transition(_V.ARRANGED, _V.NOT_ATTENDED, "Record that nobody came", _LEAD, "recordInterviewOutcome"),
    ),
)
ACTION = Machine(
    "action",
    "Action",
    ActionStatus,
    (
        Transition(None, _A.OPEN, "Accept with actions", (StaffRole.QUALITY_ASSURANCE_MANAGER,), "decide"),
        Transition(
            _A.OPEN, _A.EVIDENCE_SENT, "Send evidence", (CentreRole.SUPER_USER, CentreRole.USER), "sendActionEvidence"
        ),
        Transition(_A.EVIDENCE_SENT, _A.OPEN, "Ask for more evidence", _LEAD, "closeAction"),
        Transition(_A.EVIDENCE_SENT, _A.CLOSED, "Close the action", _LEAD, "closeAction"),
    ),
)
MACHINES = (INITIAL_APPLICATION, INTERVIEW, ACTION)
