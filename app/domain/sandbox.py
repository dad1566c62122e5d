"""The states in which a sandbox makes an application: each canonical status, and what lies between two of them."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.statuses import Status


class SandboxState(StrEnum):
    """A state to bring an application to. One with a status's name takes the usual way to that status."""

    DRAFT = "draft"
    READY_TO_SUBMIT = "ready_to_submit"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    AWAITING_PAYMENT = "awaiting_payment"
    IN_REVIEW = "in_review"
    RETURNED_BY_CENTRE_LEAD = "returned_by_centre_lead"
    INTERVIEW_ARRANGED = "interview_arranged"
    INTERVIEW_HELD = "interview_held"
    AWAITING_DECISION = "awaiting_decision"
    REFERRED_BACK = "referred_back"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ACTIONS = "accepted_with_actions"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class SamplePolicyKey(StrEnum):
    """A policy file to try uploads with: one for each policy, a revised one, and three that inspection refuses."""

    APPEALS = "appeals"
    COMPLAINTS = "complaints"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    EQUALITY_DIVERSITY = "equality_diversity"
    EXAMINATIONS = "examinations"
    INTERNAL_QUALITY_ASSURANCE = "internal_quality_assurance"
    MALPRACTICE = "malpractice"
    ORGANISATION_STRUCTURE = "organisation_structure"
    REASONABLE_ADJUSTMENTS = "reasonable_adjustments"
    RECOGNITION_OF_PRIOR_LEARNING = "recognition_of_prior_learning"
    LEARNER_REGISTRATIONS = "learner_registrations"
    INTERNAL_QUALITY_ASSURANCE_REVISED = "internal_quality_assurance_revised"
    REFUSED_UNKNOWN_KIND = "refused_unknown_kind"
    REFUSED_DAMAGED = "refused_damaged"
    REFUSED_ACTIVE_CONTENT = "refused_active_content"


_BETWEEN: Mapping[SandboxState, Status] = {
    SandboxState.READY_TO_SUBMIT: Status.DRAFT,
    SandboxState.RESUBMITTED: Status.SUBMITTED,
    SandboxState.RETURNED_BY_CENTRE_LEAD: Status.RETURNED,
    SandboxState.INTERVIEW_ARRANGED: Status.IN_REVIEW,
    SandboxState.INTERVIEW_HELD: Status.IN_REVIEW,
    SandboxState.REFERRED_BACK: Status.IN_REVIEW,
}


def status_in(state: SandboxState) -> Status:
    """Return the canonical status of an application in this state."""
    return _BETWEEN.get(state) or Status(state.value)
