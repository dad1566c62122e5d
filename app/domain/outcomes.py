"""The closed vocabularies of what staff record: reviews, interviews, recommendations, decisions, actions, payments."""

from enum import StrEnum


class InitialApplicationStatus(StrEnum):
    """`received`, then either an account or a decline (R03, R04)."""

    RECEIVED = "received"
    ACCOUNT_CREATED = "account_created"
    DECLINED = "declined"


class DuplicateKind(StrEnum):
    """What a likely duplicate is (R03)."""

    INITIAL_APPLICATION = "initial_application"
    CENTRE = "centre"


class DuplicateReason(StrEnum):
    """Why something is shown as a likely duplicate (R03)."""

    SIMILAR_NAME = "similar_name"
    SAME_POSTCODE = "same_postcode"
    SAME_EMAIL_DOMAIN = "same_email_domain"


class ReviewOutcome(StrEnum):
    """What a review does (R17)."""

    PASS = "pass"
    RETURN = "return"


class ReturnItemCode(StrEnum):
    """Why something has to be mended (R17)."""

    MISSING_INFORMATION = "missing_information"
    UNCLEAR = "unclear"
    INCONSISTENT = "inconsistent"
    DOES_NOT_MEET_REQUIREMENT = "does_not_meet_requirement"
    WRONG_DOCUMENT = "wrong_document"
    OUT_OF_DATE = "out_of_date"
    OTHER = "other"


class InterviewStatus(StrEnum):
    """The interview's own small machine: arranged, then one of the others."""

    ARRANGED = "arranged"
    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class InterviewOutcome(StrEnum):
    """What became of an arranged interview (R19)."""

    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class InterviewMode(StrEnum):
    """How the interview is held."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    TELEPHONE = "telephone"


class RecommendationOutcome(StrEnum):
    """What a centre lead can recommend (R20)."""

    ACCEPT = "accept"
    ACCEPT_WITH_ACTIONS = "accept_with_actions"
    REJECT = "reject"


class DecisionOutcome(StrEnum):
    """What a quality assurance manager can decide (R21)."""

    ACCEPT = "accept"
    ACCEPT_WITH_ACTIONS = "accept_with_actions"
    REJECT = "reject"
    REFER_BACK = "refer_back"


class ActionStatus(StrEnum):
    """An action's own small machine (R23): open, evidence sent (and perhaps open again), closed."""

    OPEN = "open"
    EVIDENCE_SENT = "evidence_sent"
    CLOSED = "closed"


class ActionClosureOutcome(StrEnum):
    """What a centre lead says to an action's evidence (R23)."""

    CLOSED = "closed"
    MORE_EVIDENCE_NEEDED = "more_evidence_needed"


class PaymentMethod(StrEnum):
    """How the fee reached the awarding organisation."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"


class InvoiceStatus(StrEnum):
    """Derived from the ledger, never stored."""

    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    CREDITED = "credited"


class RecognitionStatus(StrEnum):
    """A recognition has a history of its own, apart from the application and the centre (R22)."""

    ACTIVE = "active"
    ENDED = "ended"


class SiteKind(StrEnum):
    """The main site comes from stage one; every other is a delivery site, or satellite (R08)."""

    MAIN = "main"
    DELIVERY = "delivery"


class ReviewStage(StrEnum):
    """Who returned or passed: customer experience at the initial review, or the centre lead (R17, R19)."""

    INITIAL_REVIEW = "initial_review"
    CENTRE_LEAD_REVIEW = "centre_lead_review"


class InspectionState(StrEnum):
    """What was found when a file was looked at; only one that passed counts or leaves the store (R13)."""

    PENDING = "pending"
    PASSED = "passed"
    REFUSED = "refused"


class EntryKind(StrEnum):
    """What an entry of an invoice's ledger does to the amount that is due (R18)."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    CREDIT = "credit"
