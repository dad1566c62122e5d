"""The names of the steps. `workflow.STEPS` defines what each needs and does."""

from enum import StrEnum


class StepName(StrEnum):
    """The steps of the process on an application."""

    SUBMIT = "submit"
    INITIAL_REVIEW_RETURN = "initial_review_return"
    INITIAL_REVIEW_PASS = "initial_review_pass"
    RECEIVE_FEE = "receive_fee"
    ASSIGN_CENTRE_LEAD = "assign_centre_lead"
    CENTRE_LEAD_RETURN = "centre_lead_return"
    ARRANGE_INTERVIEW = "arrange_interview"
    RESCHEDULE_INTERVIEW = "reschedule_interview"
    RECORD_INTERVIEW_OUTCOME = "record_interview_outcome"
    CANCEL_INTERVIEW = "cancel_interview"
    RECOMMEND = "recommend"
    REFER_BACK = "refer_back"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    WARN_OF_CLOSING = "warn_of_closing"
    CLOSE = "close"
    REOPEN = "reopen"
