"""What each act of the year brings about: the one table that all that is told at the end is held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Brings:
    """What an act leaves behind.

    `status` is the application's from then on, `initial` that of the initial application, and `home` the next step that
    the centre's home names. `events` are what is recorded, and `letters` the kinds of letter by reader: a mailbox of
    the centre, or a part of the staff. Both are words between spaces, with `*n` behind what happens n times. `register`
    is what verifying the certificate says. Money is in pence.
    """

    status: str | None = None
    home: str | None = None
    initial: str | None = None
    register: str | None = None
    events: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    invoiced: int = 0
    paid: int = 0
    credited: int = 0


FEE: Final = 50_000
PART: Final = 20_000
"""What somebody pays who does not pay all at once."""
INBOX: Final = "enquiries"
"""The mailbox of customer experience."""

_ALL_FILLED_IN = "contact.created*6 application.policy_uploaded*11 application.agreement_accepted"
_PAID = "payment.recorded invoice.paid application.centre_lead_assigned"
_RECEIPT = {"super_user": "payment_received", "centre_lead": "centre_lead_assigned"}
_BOTH_INVITED = {"super_user": "interview_arranged", "centre_lead": "interview_lead_invited"}
_TO_DECIDE = {"quality_assurance_manager": "recommendation_made"}
_REPLACED = ("head_of_organisation", "office", "lost")

TABLE: Final[Mapping[str, Brings]] = {
    "applies": Brings(
        initial="received",
        events="initial_application.received",
        letters={"office": "initial_application_received"},
    ),
    "acknowledgement_comes_back": Brings(events="letter.bounced"),
    "address_is_corrected": Brings(
        events="initial_application.corrected initial_application.acknowledgement_resent",
        letters={"office": "initial_application_received"},
    ),
    "is_late_for_an_answer": Brings(letters={INBOX: "initial_applications_late"}),
    "is_admitted": Brings(
        initial="account_created",
        events="initial_application.check_recorded*7 centre.account_created user.log_in_details_sent",
        letters={"super_user": "log_in_details"},
    ),
    "is_declined": Brings(
        initial="declined",
        events="initial_application.check_recorded*7 initial_application.declined",
        letters={"office": "initial_application_declined"},
    ),
    "moves_in": Brings(
        home="add_contacts",
        events="person.password_changed",
        letters={"super_user": "password_changed"},
    ),
    "invites_a_colleague": Brings(
        events="user.invited user.log_in_details_sent",
        letters={"colleague": "centre_user_invited"},
    ),
    "colleague_moves_in": Brings(events="person.password_changed", letters={"colleague": "password_changed"}),
    "loses_its_super_user": Brings(
        events="user.invited user.super_user_replacement_started user.log_in_details_sent",
        letters={"successor": "centre_user_invited"} | dict.fromkeys(_REPLACED, "super_user_replacement_asked"),
    ),
    "successor_takes_over": Brings(
        events="person.password_changed user.deactivated user.super_user_replaced",
        letters={"successor": "password_changed"} | dict.fromkeys(_REPLACED, "super_user_replaced"),
    ),
    "starts": Brings(status="draft", home="complete_application", events="application.started"),
    "fills_in": Brings(
        home="submit_application",
        events=f"{_ALL_FILLED_IN} application.details_saved*9",
    ),
    "fills_in_as_an_irish_company": Brings(
        home="submit_application",
        events=f"{_ALL_FILLED_IN} application.details_saved*10",
    ),
    "submits": Brings(
        status="submitted",
        home="wait_for_initial_review",
        events="application.submitted",
        letters={"super_user": "application_submitted", INBOX: "application_in_inbox"},
    ),
    "is_returned": Brings(
        status="returned",
        home="answer_return",
        events="application.returned",
        letters={"super_user": "application_returned"},
    ),
    "answers_and_submits": Brings(
        status="submitted",
        home="wait_for_initial_review",
        events="application.policy_uploaded application.details_saved application.return_item_answered*2 "
        "application.return_items_answered application.resubmitted",
        letters={
            "super_user": "application_submitted",
            INBOX: "return_items_answered application_resubmitted",
        },
    ),
    "passes_the_review": Brings(
        status="awaiting_payment",
        home="pay_invoice",
        events="application.initial_review_passed invoice.issued",
        letters={"super_user": "initial_review_passed", "finance": "invoice_issued"},
        invoiced=FEE,
    ),
    "withdraws_with_an_invoice": Brings(
        status="withdrawn",
        home="apply_again",
        events="application.withdrawn credit_note.issued invoice.voided",
        letters={
            "super_user": "application_withdrawn",
            "finance": "invoice_credited",
            INBOX: "application_withdrawn_staff",
        },
        credited=FEE,
    ),
    "pays": Brings(status="in_review", home="wait_for_centre_lead", events=_PAID, letters=_RECEIPT, paid=FEE),
    "pays_a_part": Brings(events="payment.recorded invoice.part_paid", paid=PART),
    "pays_the_rest": Brings(
        status="in_review", home="wait_for_centre_lead", events=_PAID, letters=_RECEIPT, paid=FEE - PART
    ),
    "is_returned_by_its_lead": Brings(
        status="returned",
        home="answer_return",
        events="application.returned",
        letters={"super_user": "application_returned"},
    ),
    "answers_its_lead": Brings(
        status="in_review",
        home="wait_for_centre_lead",
        events="application.policy_uploaded application.return_item_answered*2 application.return_items_answered "
        "application.resubmitted",
        letters={
            "super_user": "application_submitted",
            "centre_lead": "return_items_answered application_resubmitted",
        },
    ),
    "is_invited": Brings(events="application.interview_arranged", letters=_BOTH_INVITED),
    "interview_moves": Brings(
        events="application.interview_rescheduled",
        letters={"super_user": "interview_rescheduled", "centre_lead": "interview_lead_invited"},
    ),
    "interview_is_cancelled": Brings(
        events="application.interview_cancelled",
        letters={"super_user": "interview_cancelled", "centre_lead": "interview_lead_released"},
    ),
    "is_interviewed": Brings(events="application.interview_held"),
    "is_recommended": Brings(
        status="awaiting_decision", home="wait_for_decision", events="application.recommended", letters=_TO_DECIDE
    ),
    "is_accepted": Brings(
        status="accepted",
        home="enjoy_recognition",
        register="active",
        events="application.decided certificate.issued",
        letters={"super_user": "application_accepted"},
    ),
    "is_accepted_with_actions": Brings(
        status="accepted_with_actions",
        home="complete_actions",
        register="active",
        events="application.decided certificate.issued",
        letters={"super_user": "application_accepted_with_actions"},
    ),
    "is_rejected": Brings(
        status="rejected",
        home="apply_again",
        events="application.decided",
        letters={"super_user": "application_rejected"},
    ),
    "sends_the_plan": Brings(events="action.evidence_sent", letters={"centre_lead": "action_evidence_received"}),
    "plan_is_enough": Brings(events="action.closed", letters={"super_user": "action_closed"}),
    "record_is_overdue": Brings(
        events="action.overdue", letters={"super_user": "action_overdue", "centre_lead": "action_overdue_staff"}
    ),
    "sends_the_record": Brings(
        home="enjoy_recognition", events="action.evidence_sent", letters={"centre_lead": "action_evidence_received"}
    ),
    "record_is_not_enough": Brings(
        home="complete_actions",
        events="action.more_evidence_needed",
        letters={"super_user": "action_more_evidence_needed"},
    ),
    "record_is_enough": Brings(
        home="enjoy_recognition", events="action.closed", letters={"super_user": "action_closed"}
    ),
}

SAME: Final = {
    "mistypes_its_address": "applies",
    "applies_again": "applies",
    "is_recommended_with_actions": "is_recommended",
    "is_recommended_to_reject": "is_recommended",
}
"""Acts that bring about the same as others."""
