"""What each act of the year brings about: the one table that all that is told at the end is held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Brings:
    """What an act leaves behind.

    `status` is the application's from then on, `initial` that of the initial application, and `home` the next step that
    the centre's home names. `register` is what verifying the certificate says, and `replaced` how many certificates are
    no longer good. `events` are what is recorded, in words between spaces, with `*n` behind what happens n times and
    `staff:` before what the centre does not see. `letters` are the readers of each kind of letter: mailboxes of the
    centre, and parts of the staff. Money is in pence.
    """

    status: str | None = None
    home: str | None = None
    initial: str | None = None
    register: str | None = None
    replaced: int = 0
    events: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    invoiced: int = 0
    paid: int = 0
    credited: int = 0


FEE: Final = 50_000
PART: Final = 20_000
"""What somebody pays who does not pay all at once."""

_TOLD = "super_user head_of_organisation overall_quality_manager chosen"
"""Whom letters about interviews and decisions reach at a centre; `chosen` are those whom it has told by choice."""
_CONCERNED = "super_user finance"
_RESPONSIBLE = "head_of_organisation office lost"

_FILLED_IN = "contact.created*6 application.policy_uploaded*11 application.agreement_accepted"
_ANSWERED = "application.return_item_answered*2 application.return_items_answered application.resubmitted"
_PAID = "payment.recorded invoice.paid application.centre_lead_assigned"
_RECEIPT = {"payment_received": _CONCERNED, "centre_lead_assigned": "centre_lead"}

TABLE: Final[Mapping[str, Brings]] = {
    "applies": Brings(
        initial="received",
        events="initial_application.received",
        letters={"initial_application_received": "office"},
    ),
    "acknowledgement_comes_back": Brings(events="letter.bounced"),
    "address_is_corrected": Brings(
        events="initial_application.corrected initial_application.acknowledgement_resent",
        letters={"initial_application_received": "office"},
    ),
    "is_late_for_an_answer": Brings(letters={"initial_applications_late": "inbox"}),
    "is_admitted": Brings(
        initial="account_created",
        events="initial_application.check_recorded*7 centre.account_created user.log_in_details_sent",
        letters={"log_in_details": "super_user"},
    ),
    "is_declined": Brings(
        initial="declined",
        events="initial_application.check_recorded*7 initial_application.declined",
        letters={"initial_application_declined": "office"},
    ),
    "moves_in": Brings(
        home="add_contacts", events="person.password_changed", letters={"password_changed": "super_user"}
    ),
    "invites_a_colleague": Brings(
        events="user.invited user.log_in_details_sent", letters={"centre_user_invited": "colleague"}
    ),
    "colleague_moves_in": Brings(events="person.password_changed", letters={"password_changed": "colleague"}),
    "loses_its_super_user": Brings(
        events="user.invited user.super_user_replacement_started user.log_in_details_sent",
        letters={"centre_user_invited": "successor", "super_user_replacement_asked": _RESPONSIBLE},
    ),
    "successor_takes_over": Brings(
        events="person.password_changed user.deactivated user.super_user_replaced",
        letters={"password_changed": "successor", "super_user_replaced": _RESPONSIBLE},
    ),
    "names_another_quality_manager": Brings(events="contact.updated"),
    "starts": Brings(status="draft", home="complete_application", events="application.started"),
    "fills_in": Brings(home="submit_application", events=f"{_FILLED_IN} application.details_saved*9"),
    "fills_in_as_an_irish_company": Brings(
        home="submit_application", events=f"{_FILLED_IN} application.details_saved*10"
    ),
    "uploads_learners_names": Brings(events="application.policy_uploaded"),
    "removes_them": Brings(home="complete_application", events="file.removed staff:file.content_gone"),
    "uploads_it_without_them": Brings(home="submit_application", events="application.policy_uploaded"),
    "submits": Brings(
        status="submitted",
        home="wait_for_initial_review",
        events="application.submitted",
        letters={"application_submitted": "super_user", "application_in_inbox": "inbox"},
    ),
    "is_returned": Brings(
        status="returned",
        home="answer_return",
        events="application.returned",
        letters={"application_returned": "super_user"},
    ),
    "answers_and_submits": Brings(
        status="submitted",
        home="wait_for_initial_review",
        events=f"application.policy_uploaded application.details_saved {_ANSWERED}",
        letters={
            "application_submitted": "super_user",
            "return_items_answered": "inbox",
            "application_resubmitted": "inbox",
        },
    ),
    "answers_its_lead": Brings(
        status="in_review",
        home="wait_for_centre_lead",
        events=f"application.policy_uploaded {_ANSWERED}",
        letters={
            "application_submitted": "super_user",
            "return_items_answered": "centre_lead",
            "application_resubmitted": "centre_lead",
        },
    ),
    "passes_the_review": Brings(
        status="awaiting_payment",
        home="pay_invoice",
        events="application.initial_review_passed invoice.issued",
        letters={"initial_review_passed": "super_user", "invoice_issued": "finance"},
        invoiced=FEE,
    ),
    "invoice_is_overdue": Brings(events="invoice.overdue application.reminded", letters={"invoice_overdue": "finance"}),
    "withdraws_with_an_invoice": Brings(
        status="withdrawn",
        home="apply_again",
        events="application.withdrawn credit_note.issued invoice.voided",
        letters={
            "application_withdrawn": "super_user",
            "application_withdrawn_staff": "inbox",
            "invoice_credited": "finance",
        },
        credited=FEE,
    ),
    "pays": Brings(status="in_review", home="wait_for_centre_lead", events=_PAID, letters=_RECEIPT, paid=FEE),
    "pays_a_part": Brings(
        events="payment.recorded invoice.part_paid", letters={"payment_recorded": _CONCERNED}, paid=PART
    ),
    "pays_the_rest": Brings(
        status="in_review", home="wait_for_centre_lead", events=_PAID, letters=_RECEIPT, paid=FEE - PART
    ),
    "is_invited": Brings(
        events="application.interview_arranged",
        letters={"interview_arranged": _TOLD, "interview_lead_invited": "centre_lead"},
    ),
    "interview_moves": Brings(
        events="application.interview_rescheduled",
        letters={"interview_rescheduled": _TOLD, "interview_lead_invited": "centre_lead"},
    ),
    "interview_is_cancelled": Brings(
        events="application.interview_cancelled",
        letters={"interview_cancelled": _TOLD, "interview_lead_released": "centre_lead"},
    ),
    "is_interviewed": Brings(
        events="application.reminded application.interview_held",
        letters={"interview_soon": f"{_TOLD} centre_lead"},
    ),
    "is_recommended": Brings(
        status="awaiting_decision",
        home="wait_for_decision",
        events="application.recommended",
        letters={"recommendation_made": "quality_assurance_manager"},
    ),
    "is_accepted": Brings(
        status="accepted",
        home="enjoy_recognition",
        register="active",
        events="application.decided certificate.issued",
        letters={"application_accepted": _TOLD},
    ),
    "is_accepted_with_actions": Brings(
        status="accepted_with_actions",
        home="complete_actions",
        register="active",
        events="application.decided certificate.issued",
        letters={"application_accepted_with_actions": _TOLD},
    ),
    "is_rejected": Brings(
        status="rejected",
        home="apply_again",
        events="application.decided",
        letters={"application_rejected": _TOLD},
    ),
    "sends_the_plan": Brings(events="action.evidence_sent", letters={"action_evidence_received": "centre_lead"}),
    "plan_is_enough": Brings(events="action.closed", letters={"action_closed": "super_user"}),
    "record_is_overdue": Brings(
        events="action.overdue", letters={"action_overdue": "super_user", "action_overdue_staff": "centre_lead"}
    ),
    "sends_the_record": Brings(
        home="enjoy_recognition", events="action.evidence_sent", letters={"action_evidence_received": "centre_lead"}
    ),
    "record_is_not_enough": Brings(
        home="complete_actions",
        events="action.more_evidence_needed",
        letters={"action_more_evidence_needed": "super_user"},
    ),
    "record_is_enough": Brings(
        home="enjoy_recognition", events="action.closed", letters={"action_closed": "super_user"}
    ),
    "is_reminded_of_its_draft": Brings(
        events="application.reminded", letters={"application_stands_still": "super_user"}
    ),
    "is_reminded_of_the_return": Brings(events="application.reminded", letters={"return_unanswered": "super_user"}),
    "is_reminded_of_its_invoice": Brings(events="application.reminded", letters={"invoice_due": "finance"}),
    "is_reminded_again_of_its_invoice": Brings(events="application.reminded", letters={"invoice_overdue": "finance"}),
    "is_reminded_of_an_action": Brings(events="application.reminded", letters={"action_due": "super_user"}),
    "review_is_late": Brings(events="staff:application.reminded", letters={"application_late": "centre_lead"}),
    "review_is_still_late": Brings(
        events="staff:application.reminded", letters={"application_late": "quality_assurance_manager"}
    ),
    "reads_its_invoice": Brings(),
    "chooses_who_is_told": Brings(events="centre.letters_chosen"),
    "is_warned": Brings(events="application.closing_warned", letters={"application_to_be_closed": "super_user"}),
    "is_warned_for_its_invoice": Brings(
        events="application.closing_warned", letters={"application_to_be_closed": "super_user finance"}
    ),
    "is_closed": Brings(
        status="closed",
        home="apply_again",
        events="application.closed",
        letters={"application_closed": "super_user"},
    ),
    "is_closed_for_its_invoice": Brings(
        status="closed",
        home="apply_again",
        events="application.closed credit_note.issued invoice.voided",
        letters={"application_closed": "super_user", "invoice_credited": "finance"},
        credited=FEE,
    ),
    "comes_back": Brings(
        status="draft",
        home="complete_application",
        events="application.reopened",
        letters={"application_reopened": "super_user"},
    ),
    "asks_for_another_name": Brings(events="centre.name_change_requested", letters={"name_change_requested": "inbox"}),
    "gets_its_new_name": Brings(
        replaced=1, events="centre.renamed certificate.issued", letters={"name_change_approved": _TOLD}
    ),
    "has_names_in_another_file": Brings(
        events="staff:file.redaction_requested",
        letters={"file_redaction_to_confirm": "quality_assurance_manager administrator"},
    ),
    "its_file_is_redacted": Brings(
        events="file.redacted staff:file.content_gone", letters={"file_redacted": "super_user"}
    ),
}

SAME: Final = {
    "applies_from_ireland": "applies",
    "mistypes_its_address": "applies",
    "applies_again": "applies",
    "is_recommended_with_actions": "is_recommended",
    "is_recommended_to_reject": "is_recommended",
    "is_returned_by_its_lead": "is_returned",
    "is_returned_with_a_day": "is_returned",
    "return_is_overdue": "is_reminded_of_the_return",
    "is_reminded_by_hand": "is_reminded_of_the_return",
}
"""Acts that bring about the same as others."""
