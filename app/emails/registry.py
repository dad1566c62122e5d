"""Every email that the product sends, by its name."""

from app.emails.actions import (
    ActionClosed,
    ActionEvidenceReceived,
    ActionMoreEvidenceNeeded,
    ActionOverdue,
    ActionOverdueStaff,
)
from app.emails.applications import (
    ApplicationInInbox,
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ApplicationWithdrawnStaff,
    InitialReviewPassed,
    ReturnItemsAnswered,
)
from app.emails.centre_users import AddedToCentre, CentreUserInvited, LogInDetails
from app.emails.decisions import ApplicationAccepted, ApplicationAcceptedWithActions, ApplicationRejected
from app.emails.documents import AgreementVersionPublished
from app.emails.email import Email, email_name
from app.emails.initial_applications import (
    InitialApplicationDeclined,
    InitialApplicationReceived,
    InitialApplicationsLate,
)
from app.emails.invoices import InvoiceIssued, InvoiceOverdue, PaymentReceived, PaymentReversed
from app.emails.passwords import PasswordChanged, PasswordReset
from app.emails.reviews import (
    CentreLeadAssigned,
    InterviewArranged,
    InterviewCancelled,
    InterviewRescheduled,
    NoCentreLeadAvailable,
    RecommendationMade,
    ReferredBack,
)
from app.emails.staff import AddedToStaff, StaffLogInDetails

_KINDS: tuple[type[Email], ...] = (
    InitialApplicationReceived,
    InitialApplicationDeclined,
    InitialApplicationsLate,
    LogInDetails,
    CentreUserInvited,
    AddedToCentre,
    PasswordReset,
    PasswordChanged,
    ApplicationSubmitted,
    ApplicationInInbox,
    ApplicationReturned,
    ReturnItemsAnswered,
    ApplicationResubmitted,
    InitialReviewPassed,
    InvoiceIssued,
    InvoiceOverdue,
    PaymentReceived,
    PaymentReversed,
    CentreLeadAssigned,
    NoCentreLeadAvailable,
    InterviewArranged,
    InterviewRescheduled,
    InterviewCancelled,
    RecommendationMade,
    ReferredBack,
    ApplicationAccepted,
    ApplicationAcceptedWithActions,
    ApplicationRejected,
    ApplicationWithdrawn,
    ApplicationWithdrawnStaff,
    ActionEvidenceReceived,
    ActionClosed,
    ActionMoreEvidenceNeeded,
    ActionOverdue,
    ActionOverdueStaff,
    AgreementVersionPublished,
    StaffLogInDetails,
    AddedToStaff,
)

EMAILS: dict[str, type[Email]] = {email_name(kind): kind for kind in _KINDS}
