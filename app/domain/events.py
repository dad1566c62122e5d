"""The types of event in the log of changes (R24).

The contract's event feed has the `PUBLIC` types. The others appear only in timelines and the audit log.
"""

from enum import StrEnum


class EventType(StrEnum):
    """A type of event, named by aggregate and past participle."""

    INITIAL_APPLICATION_RECEIVED = "initial_application.received"
    INITIAL_APPLICATION_DECLINED = "initial_application.declined"
    INITIAL_APPLICATION_CORRECTED = "initial_application.corrected"
    ACKNOWLEDGEMENT_RESENT = "initial_application.acknowledgement_resent"
    LATE_ALERT_SENT = "initial_application.late_alert_sent"
    CHECK_RECORDED = "initial_application.check_recorded"
    ACCOUNT_CREATED = "centre.account_created"
    CENTRE_UPDATED = "centre.updated"
    INVOICING_RECORDED = "centre.invoicing_recorded"
    LETTERS_CHOSEN = "centre.letters_chosen"
    NAME_CHANGE_REQUESTED = "centre.name_change_requested"
    NAME_CHANGE_REFUSED = "centre.name_change_refused"
    CENTRE_RENAMED = "centre.renamed"
    SITE_CREATED = "site.created"
    SITE_UPDATED = "site.updated"
    SITE_CLOSED = "site.closed"
    CONTACT_CREATED = "contact.created"
    CONTACT_UPDATED = "contact.updated"
    CONTACT_ENDED = "contact.ended"
    INVOICE_ADDRESS_ADDED = "invoice_address.added"
    INVOICE_ADDRESS_REMOVED = "invoice_address.removed"
    USER_INVITED = "user.invited"
    USER_UPDATED = "user.updated"
    USER_DEACTIVATED = "user.deactivated"
    SUPER_USER_REPLACEMENT_STARTED = "user.super_user_replacement_started"
    SUPER_USER_REPLACED = "user.super_user_replaced"
    SUPER_USER_REPLACEMENT_CANCELLED = "user.super_user_replacement_cancelled"
    LOG_IN_DETAILS_SENT = "user.log_in_details_sent"
    INVITATION_ACCEPTED = "user.invitation_accepted"
    INVITATION_RESENT = "user.invitation_resent"
    PERSON_UPDATED = "person.updated"
    PASSWORD_CHANGED = "person.password_changed"
    EMAIL_CHANGE_REQUESTED = "person.email_change_requested"
    EMAIL_CHANGE_CANCELLED = "person.email_change_cancelled"
    EMAIL_CHANGED = "person.email_changed"
    PERSONAL_DATA_ERASED = "person.erased"
    SECOND_FACTOR_ADDED = "person.second_factor_added"
    SECOND_FACTOR_REMOVED = "person.second_factor_removed"
    SECOND_FACTORS_RESET = "person.second_factors_reset"
    RECOVERY_CODES_ISSUED = "person.recovery_codes_issued"
    RECOVERY_CODE_USED = "person.recovery_code_used"
    APPLICATION_STARTED = "application.started"
    DETAILS_SAVED = "application.details_saved"
    POLICY_UPLOADED = "application.policy_uploaded"
    POLICY_NOT_APPLICABLE = "application.policy_declared_not_applicable"
    FILE_SCANNED = "file.scanned"
    FILE_REMOVED = "file.removed"
    FILE_REDACTION_REQUESTED = "file.redaction_requested"
    FILE_REDACTION_ENDED = "file.redaction_ended"
    FILE_REDACTED = "file.redacted"
    FILE_CONTENT_GONE = "file.content_gone"
    AGREEMENT_ACCEPTED = "application.agreement_accepted"
    APPLICATION_SUBMITTED = "application.submitted"
    APPLICATION_RETURNED = "application.returned"
    RETURN_ITEM_ANSWERED = "application.return_item_answered"
    RETURN_ITEMS_ANSWERED = "application.return_items_answered"
    APPLICATION_RESUBMITTED = "application.resubmitted"
    INITIAL_REVIEW_PASSED = "application.initial_review_passed"
    CENTRE_LEAD_ASSIGNED = "application.centre_lead_assigned"
    CENTRE_LEAD_REMOVED = "application.centre_lead_removed"
    NO_CENTRE_LEAD = "application.no_centre_lead_available"
    INTERVIEW_ARRANGED = "application.interview_arranged"
    INTERVIEW_RESCHEDULED = "application.interview_rescheduled"
    INTERVIEW_HELD = "application.interview_held"
    INTERVIEW_CANCELLED = "application.interview_cancelled"
    INTERVIEW_NOT_ATTENDED = "application.interview_not_attended"
    RECOMMENDED = "application.recommended"
    REFERRED_BACK = "application.referred_back"
    DECIDED = "application.decided"
    WITHDRAWN = "application.withdrawn"
    CLOSING_WARNED = "application.closing_warned"
    CLOSED = "application.closed"
    REOPENED = "application.reopened"
    ACTION_EVIDENCE_SENT = "action.evidence_sent"
    ACTION_MORE_EVIDENCE_NEEDED = "action.more_evidence_needed"
    ACTION_CLOSED = "action.closed"
    ACTION_OVERDUE = "action.overdue"
    CERTIFICATE_ISSUED = "certificate.issued"
    REMINDED = "application.reminded"
    INVOICE_ISSUED = "invoice.issued"
    INVOICE_PART_PAID = "invoice.part_paid"
    INVOICE_PAID = "invoice.paid"
    INVOICE_OVERDUE = "invoice.overdue"
    INVOICE_RESENT = "invoice.sent_again"
    INVOICE_UNPAID = "invoice.unpaid"
    INVOICE_VOIDED = "invoice.voided"
    INVOICE_WAIVED = "invoice.waived"
    INVOICE_NUMBERED = "invoice.numbered"
    CREDIT_NOTE_ISSUED = "credit_note.issued"
    CREDIT_NOTE_NUMBERED = "credit_note.numbered"
    EXTERNAL_REF_SAVED = "external_ref.saved"
    EXTERNAL_REF_DELETED = "external_ref.deleted"
    PAYMENT_RECORDED = "payment.recorded"
    PAYMENT_REVERSED = "payment.reversed"
    BANK_STATEMENT_UPLOADED = "bank_statement.uploaded"
    BANK_STATEMENT_WITHDRAWN = "bank_statement.withdrawn"
    BANK_LINE_CONFIRMED = "bank_line.confirmed"
    BANK_LINE_REJECTED = "bank_line.rejected"
    BANK_LINE_REOPENED = "bank_line.reopened"
    PAYMENT_REFUNDED = "payment.refunded"
    PAYMENT_ALLOCATED = "payment.allocated"
    DOCUMENT_PUBLISHED = "document.published"
    STAFF_CREATED = "staff.created"
    STAFF_UPDATED = "staff.updated"
    STAFF_DEACTIVATED = "staff.deactivated"
    JOB_RETRIED = "job.retried"
    JOB_DISCARDED = "job.discarded"
    JOBS_RETRIED = "job.all_retried"
    LETTER_BOUNCED = "letter.bounced"
    CLIENT_CREATED = "integration_client.created"
    CLIENT_UPDATED = "integration_client.updated"
    CLIENT_SECRET_ROTATED = "integration_client.secret_rotated"
    CLIENT_SECRET_REVOKED = "integration_client.secret_revoked"
    CLIENT_DEACTIVATED = "integration_client.deactivated"
    WEBHOOK_ENDPOINT_CREATED = "webhook_endpoint.created"
    WEBHOOK_ENDPOINT_UPDATED = "webhook_endpoint.updated"
    WEBHOOK_ENDPOINT_DISABLED = "webhook_endpoint.disabled"
    WEBHOOK_ENDPOINT_DELETED = "webhook_endpoint.deleted"
    WEBHOOK_SECRET_ROTATED = "webhook_endpoint.secret_rotated"
    WEBHOOK_REDELIVERED = "webhook_endpoint.redelivered"
    SETTINGS_CHANGED = "settings.changed"


_E = EventType

PUBLIC = frozenset(
    {
        _E.INITIAL_APPLICATION_RECEIVED,
        _E.INITIAL_APPLICATION_DECLINED,
        _E.ACCOUNT_CREATED,
        _E.APPLICATION_STARTED,
        _E.APPLICATION_SUBMITTED,
        _E.APPLICATION_RETURNED,
        _E.APPLICATION_RESUBMITTED,
        _E.INITIAL_REVIEW_PASSED,
        _E.CENTRE_LEAD_ASSIGNED,
        _E.INTERVIEW_ARRANGED,
        _E.INTERVIEW_HELD,
        _E.RECOMMENDED,
        _E.REFERRED_BACK,
        _E.DECIDED,
        _E.WITHDRAWN,
        _E.CLOSED,
        _E.REOPENED,
        _E.ACTION_EVIDENCE_SENT,
        _E.ACTION_CLOSED,
        _E.ACTION_OVERDUE,
        _E.CERTIFICATE_ISSUED,
        _E.INVOICE_ISSUED,
        _E.INVOICE_PART_PAID,
        _E.INVOICE_PAID,
        _E.INVOICE_OVERDUE,
        _E.INVOICE_UNPAID,
        _E.INVOICE_VOIDED,
        _E.INVOICE_WAIVED,
        _E.INVOICE_NUMBERED,
        _E.CREDIT_NOTE_ISSUED,
        _E.CREDIT_NOTE_NUMBERED,
        _E.PAYMENT_RECORDED,
        _E.PAYMENT_REVERSED,
        _E.PAYMENT_REFUNDED,
        _E.PAYMENT_ALLOCATED,
    }
)
"""The published types. Their data are ids, statuses and amounts, never personal data."""
