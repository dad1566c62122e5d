"""What is recorded of security: who signed in, what was refused, and who changed accounts, roles, secrets and keys."""

from enum import StrEnum


class SecurityEventKind(StrEnum):
    """What happened."""

    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    SESSION_ENDED = "session_ended"
    TOKEN_REUSED = "token_reused"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET_REQUESTED = "password_reset_requested"
    PASSWORD_RESET = "password_reset"
    INVITATION_ACCEPTED = "invitation_accepted"
    EMAIL_ADDRESS_CHANGE_REQUESTED = "email_address_change_requested"
    EMAIL_ADDRESS_CHANGE_CANCELLED = "email_address_change_cancelled"
    EMAIL_ADDRESS_CHANGED = "email_address_changed"
    STEP_UP = "step_up"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RESET = "factor_reset"
    FACTOR_USED = "factor_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    STAFF_ADDED = "staff_added"
    STAFF_DEACTIVATED = "staff_deactivated"
    ROLE_REQUESTED = "role_requested"
    ROLE_GRANTED = "role_granted"
    ROLE_REFUSED = "role_refused"
    ROLE_TAKEN = "role_taken"
    CENTRE_USER_ADDED = "centre_user_added"
    CENTRE_USER_DEACTIVATED = "centre_user_deactivated"
    CLIENT_CREATED = "client_created"
    CLIENT_CHANGED = "client_changed"
    CLIENT_SECRET_ROTATED = "client_secret_rotated"
    CLIENT_SECRET_REVOKED = "client_secret_revoked"
    CLIENT_DEACTIVATED = "client_deactivated"
    CLIENT_TOKEN = "client_token"
    WEBHOOK_CREATED = "webhook_created"
    WEBHOOK_CHANGED = "webhook_changed"
    WEBHOOK_SECRET_ROTATED = "webhook_secret_rotated"
    WEBHOOK_DELETED = "webhook_deleted"
    EXPORT = "export"
    ERASURE = "erasure"
    OPERATOR_COMMAND = "operator_command"


class SecurityOutcome(StrEnum):
    """Whether it was done, or refused."""

    SUCCESS = "success"
    FAILURE = "failure"
