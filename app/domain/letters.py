"""What each email is about: the one table by which those who owe an email and those who write it agree.

An email is owed as a kind and an id, and what it says is looked up when it is sent. The first name is what the
letter is about and is always given; any other may be given with it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LETTERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "initial_application_received": ("initial_application_id",),
        "initial_application_declined": ("initial_application_id",),
        "initial_applications_late": ("alerted_at",),
        "log_in_details": ("membership_id", "invited_by"),
        "centre_user_invited": ("membership_id", "invited_by"),
        "added_to_centre": ("membership_id", "invited_by"),
        "staff_log_in_details": ("staff_id",),
        "added_to_staff": ("staff_id",),
        "password_reset": ("person_id",),
        "password_changed": ("person_id",),
        "application_submitted": ("submission_id",),
        "application_in_inbox": ("submission_id",),
        "application_resubmitted": ("submission_id",),
        "application_returned": ("review_id",),
        "return_items_answered": ("review_id",),
        "initial_review_passed": ("invoice_id",),
        "invoice_issued": ("invoice_id",),
        "invoice_overdue": ("invoice_id",),
        "payment_received": ("entry_id",),
        "payment_reversed": ("entry_id",),
        "centre_lead_assigned": ("application_id",),
        "no_centre_lead_available": ("application_id",),
        "interview_arranged": ("interview_id",),
        "interview_rescheduled": ("interview_id", "previous_starts_at"),
        "interview_cancelled": ("interview_id",),
        "recommendation_made": ("recommendation_id",),
        "referred_back": ("decision_id",),
        "application_accepted": ("decision_id",),
        "application_accepted_with_actions": ("decision_id",),
        "application_rejected": ("decision_id",),
        "application_withdrawn": ("application_id",),
        "application_withdrawn_staff": ("application_id",),
        "action_evidence_received": ("evidence_id",),
        "action_closed": ("action_id",),
        "action_more_evidence_needed": ("action_id",),
        "action_overdue": ("action_id",),
        "action_overdue_staff": ("action_id",),
        "agreement_version_published": ("document_id", "application_id"),
    }
)


def demand_letter(kind: str, names: frozenset[str]) -> None:
    """Raises `ValueError` for a kind that does not exist or arguments that it does not take: a fault of the caller."""
    takes = LETTERS.get(kind)
    if takes is None:
        raise ValueError(f"there is no email {kind}")
    if takes[0] not in names or not names <= set(takes):
        raise ValueError(f"the email {kind} is about {takes[0]}, not about {', '.join(sorted(names)) or 'nothing'}")
