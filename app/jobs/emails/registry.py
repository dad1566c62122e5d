"""Every email's loader, by the kind under which it is owed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.jobs.emails import (
    actions,
    applications,
    decisions,
    documents,
    initial_applications,
    interviews,
    invoices,
    people,
    reviews,
)
from app.jobs.emails.letter import Loader

LOADERS: Final[Mapping[str, Loader]] = MappingProxyType(
    {
        "initial_application_received": initial_applications.received,
        "initial_application_declined": initial_applications.declined,
        "initial_applications_late": initial_applications.late,
        "log_in_details": people.log_in_details,
        "centre_user_invited": people.invited,
        "added_to_centre": people.added_to_centre,
        "staff_log_in_details": people.staff_log_in_details,
        "added_to_staff": people.added_to_staff,
        "password_reset": people.password_reset,
        "password_changed": people.password_changed,
        "application_submitted": applications.submitted,
        "application_in_inbox": applications.in_inbox,
        "application_resubmitted": applications.resubmitted,
        "application_returned": applications.returned,
        "return_items_answered": applications.items_answered,
        "application_withdrawn": applications.withdrawn,
        "application_withdrawn_staff": applications.withdrawn_staff,
        "initial_review_passed": invoices.initial_review_passed,
        "invoice_issued": invoices.issued,
        "invoice_overdue": invoices.overdue,
        "payment_received": invoices.payment_received,
        "payment_reversed": invoices.payment_reversed,
        "centre_lead_assigned": reviews.centre_lead_assigned,
        "no_centre_lead_available": reviews.no_centre_lead_available,
        "interview_arranged": interviews.arranged,
        "interview_rescheduled": interviews.rescheduled,
        "interview_cancelled": interviews.cancelled,
        "recommendation_made": reviews.recommendation_made,
        "referred_back": reviews.referred_back,
        "application_accepted": decisions.accepted,
        "application_accepted_with_actions": decisions.accepted_with_actions,
        "application_rejected": decisions.rejected,
        "action_evidence_received": actions.evidence_received,
        "action_closed": actions.closed,
        "action_more_evidence_needed": actions.more_evidence_needed,
        "action_overdue": actions.overdue,
        "action_overdue_staff": actions.overdue_staff,
        "agreement_version_published": documents.agreement_version_published,
    }
)
