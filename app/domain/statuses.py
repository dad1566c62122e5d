"""The statuses of an application, with their names, stage and the party that has to act."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The status of an application."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    AWAITING_PAYMENT = "awaiting_payment"
    IN_REVIEW = "in_review"
    AWAITING_DECISION = "awaiting_decision"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ACTIONS = "accepted_with_actions"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Party(StrEnum):
    """A party that an application can wait for."""

    CENTRE = "centre"
    CUSTOMER_EXPERIENCE = "customer_experience"
    FINANCE = "finance"
    CENTRE_LEAD = "centre_lead"
    QUALITY_ASSURANCE_MANAGER = "quality_assurance_manager"


@dataclass(frozen=True)
class StatusInfo:
    """A status's names for staff and for centres, the guide's stage, and who has to act."""

    staff_name: str
    centre_name: str
    stage: int
    waiting_on: Party | None
    description: str

    @property
    def final(self) -> bool:
        """True if the application has ended; only one that staff closed can be reopened."""
        return self.waiting_on is None


STATUSES: Mapping[Status, StatusInfo] = {
    Status.DRAFT: StatusInfo("Draft", "Being completed", 3, Party.CENTRE, "The centre is completing the application."),
    Status.SUBMITTED: StatusInfo(
        "In the inbox", "Submitted", 3, Party.CUSTOMER_EXPERIENCE, "Submitted; waiting for the initial review."
    ),
    Status.RETURNED: StatusInfo(
        "Returned", "Returned to you", 3, Party.CENTRE, "Returned to the centre with an explanation, to be mended."
    ),
    Status.AWAITING_PAYMENT: StatusInfo(
        "Awaiting payment",
        "Invoice to be paid",
        3,
        Party.CENTRE,
        "The invoice is issued; nothing proceeds until it is paid.",
    ),
    Status.IN_REVIEW: StatusInfo(
        "With the centre lead",
        "In review",
        4,
        Party.CENTRE_LEAD,
        "Paid; the centre lead reviews and holds the interview.",
    ),
    Status.AWAITING_DECISION: StatusInfo(
        "Awaiting decision",
        "Awaiting decision",
        4,
        Party.QUALITY_ASSURANCE_MANAGER,
        "The centre lead has recommended; the quality assurance manager decides.",
    ),
    Status.ACCEPTED: StatusInfo("Accepted", "Accepted", 5, None, "The centre is recognised."),
    Status.ACCEPTED_WITH_ACTIONS: StatusInfo(
        "Accepted with actions",
        "Accepted with actions",
        5,
        None,
        "The centre is recognised and has actions to complete.",
    ),
    Status.REJECTED: StatusInfo("Rejected", "Not accepted", 5, None, "The application was rejected."),
    Status.WITHDRAWN: StatusInfo("Withdrawn", "Withdrawn", 5, None, "The centre withdrew the application."),
    Status.CLOSED: StatusInfo(
        "Closed",
        "Closed",
        5,
        None,
        "Staff closed the application, because the centre had abandoned it. For a time it can be reopened.",
    ),
}

FINAL = frozenset(status for status, info in STATUSES.items() if info.final)
ENDED = frozenset({Status.WITHDRAWN, Status.CLOSED})
"""Without a decision: nothing is asked for any more, and what was paid may be refunded."""
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
ABANDONABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.AWAITING_PAYMENT})
"""Where the centre has to act, and may never do."""
ACCEPTING = frozenset({Status.ACCEPTED, Status.ACCEPTED_WITH_ACTIONS})

STAGES: Mapping[int, str] = {
    1: "Initial application on the public web form",
    2: "Due diligence, and the centre's account",
    3: "The application, its initial review, and the invoice",
    4: "The centre lead, the interview and the decision",
    5: "Recognition: welcome pack and certificate",
}
