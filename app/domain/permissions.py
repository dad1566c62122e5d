"""The table of each role's permissions. `workflow` has the further conditions of each step."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from app.domain.actors import NEEDED, Actor, CentreRole, Role, Scope, StaffRole
from app.domain.refusals.access import RoleNotAllowed


class Permission(StrEnum):
    """A permission that roles can grant."""

    READ_INITIAL_APPLICATIONS = "read_initial_applications"
    RECORD_DUE_DILIGENCE = "record_due_diligence"
    READ_ALL_CENTRES = "read_all_centres"
    READ_CENTRE = "read_centre"
    MANAGE_CENTRE = "manage_centre"
    SETTLE_NAME_CHANGES = "settle_name_changes"
    MANAGE_SITES_AND_CONTACTS = "manage_sites_and_contacts"
    READ_CENTRE_USERS = "read_centre_users"
    MANAGE_CENTRE_USERS = "manage_centre_users"
    RESEND_INVITATION = "resend_invitation"
    ASSIST_CENTRES = "assist_centres"
    START_APPLICATION = "start_application"
    READ_INBOX = "read_inbox"
    READ_APPLICATION = "read_application"
    WORK_ON_SECTIONS = "work_on_sections"
    ACCEPT_AGREEMENT = "accept_agreement"
    SUBMIT_APPLICATION = "submit_application"
    WITHDRAW_APPLICATION = "withdraw_application"
    CLOSE_APPLICATION = "close_application"
    REVIEW_APPLICATION = "review_application"
    READ_INTERNAL_NOTES = "read_internal_notes"
    ASSIGN_CENTRE_LEAD = "assign_centre_lead"
    LEAD_APPLICATION = "lead_application"
    DECIDE_APPLICATION = "decide_application"
    SEND_ACTION_EVIDENCE = "send_action_evidence"
    READ_INVOICES = "read_invoices"
    MANAGE_INVOICE_ADDRESSES = "manage_invoice_addresses"
    RESEND_INVOICES = "resend_invoices"
    RECORD_INVOICING = "record_invoicing"
    READ_PAYMENTS = "read_payments"
    READ_CREDIT_NOTES = "read_credit_notes"
    READ_RECONCILIATION = "read_reconciliation"
    RECORD_PAYMENTS = "record_payments"
    RECORD_REFUNDS = "record_refunds"
    MANAGE_BANK_LINES = "manage_bank_lines"
    CREDIT_INVOICES = "credit_invoices"
    REISSUE_INVOICES = "reissue_invoices"
    WAIVE_INVOICES = "waive_invoices"
    NUMBER_INVOICES = "number_invoices"
    NUMBER_CREDIT_NOTES = "number_credit_notes"
    WRITE_EXTERNAL_REFS = "write_external_refs"
    READ_EVENTS = "read_events"
    MANAGE_WEBHOOKS = "manage_webhooks"
    READ_RECORDS = "read_records"
    READ_DOCUMENTS = "read_documents"
    PUBLISH_DOCUMENTS = "publish_documents"
    MANAGE_STAFF = "manage_staff"
    READ_STAFF = "read_staff"
    MANAGE_INTEGRATION_CLIENTS = "manage_integration_clients"
    READ_LETTERS = "read_letters"
    READ_ALL_LETTERS = "read_all_letters"
    SEND_REMINDERS = "send_reminders"
    MANAGE_JOBS = "manage_jobs"
    MANAGE_PERSONAL_DATA = "manage_personal_data"
    REPORT_BOUNCES = "report_bounces"
    READ_SECURITY_EVENTS = "read_security_events"
    RESET_SECOND_FACTORS = "reset_second_factors"
    REMOVE_FILES = "remove_files"
    REDACT_FILES = "redact_files"
    OWN_ACCOUNT = "own_account"


_P = Permission

_READS_MONEY = frozenset({_P.READ_INVOICES, _P.READ_PAYMENTS, _P.READ_CREDIT_NOTES})
_ALL_STAFF = _READS_MONEY | frozenset(
    {
        _P.READ_INITIAL_APPLICATIONS,
        _P.READ_ALL_CENTRES,
        _P.READ_CENTRE,
        _P.READ_CENTRE_USERS,
        _P.READ_INBOX,
        _P.READ_APPLICATION,
        _P.READ_INTERNAL_NOTES,
        _P.READ_DOCUMENTS,
        _P.READ_STAFF,
        _P.READ_LETTERS,
        _P.READ_ALL_LETTERS,
        _P.READ_RECORDS,
        _P.READ_RECONCILIATION,
    }
)
_ALL_OF_A_CENTRE = _READS_MONEY | frozenset(
    {
        _P.READ_CENTRE,
        _P.READ_CENTRE_USERS,
        _P.MANAGE_SITES_AND_CONTACTS,
        _P.START_APPLICATION,
        _P.READ_APPLICATION,
        _P.WORK_ON_SECTIONS,
        _P.SEND_ACTION_EVIDENCE,
        _P.READ_DOCUMENTS,
    }
)

GRANTS: Mapping[Role, frozenset[Permission]] = {
    CentreRole.USER: _ALL_OF_A_CENTRE,
    CentreRole.SUPER_USER: _ALL_OF_A_CENTRE
    | {
        _P.MANAGE_CENTRE,
        _P.MANAGE_CENTRE_USERS,
        _P.MANAGE_INVOICE_ADDRESSES,
        _P.RESEND_INVITATION,
        _P.ACCEPT_AGREEMENT,
        _P.SUBMIT_APPLICATION,
        _P.WITHDRAW_APPLICATION,
        _P.READ_LETTERS,
        _P.REMOVE_FILES,
    },
    StaffRole.CUSTOMER_EXPERIENCE: _ALL_STAFF
    | {
        _P.RECORD_DUE_DILIGENCE,
        _P.RESEND_INVITATION,
        _P.ASSIST_CENTRES,
        _P.REVIEW_APPLICATION,
        _P.REDACT_FILES,
        _P.RESEND_INVOICES,
        _P.SEND_REMINDERS,
        _P.CLOSE_APPLICATION,
        _P.SETTLE_NAME_CHANGES,
    },
    StaffRole.FINANCE: _ALL_STAFF
    | {
        _P.RECORD_PAYMENTS,
        _P.RECORD_REFUNDS,
        _P.MANAGE_BANK_LINES,
        _P.CREDIT_INVOICES,
        _P.REISSUE_INVOICES,
        _P.WAIVE_INVOICES,
        _P.NUMBER_INVOICES,
        _P.NUMBER_CREDIT_NOTES,
        _P.WRITE_EXTERNAL_REFS,
        _P.MANAGE_INVOICE_ADDRESSES,
        _P.RESEND_INVOICES,
        _P.RECORD_INVOICING,
        _P.SEND_REMINDERS,
    },
    StaffRole.CENTRE_LEAD: _ALL_STAFF | {_P.REVIEW_APPLICATION, _P.LEAD_APPLICATION, _P.SEND_REMINDERS},
    StaffRole.QUALITY_ASSURANCE_MANAGER: _ALL_STAFF
    | {_P.ASSIGN_CENTRE_LEAD, _P.DECIDE_APPLICATION, _P.REDACT_FILES, _P.SEND_REMINDERS},
    StaffRole.ADMINISTRATOR: _ALL_STAFF
    | {
        _P.PUBLISH_DOCUMENTS,
        _P.MANAGE_STAFF,
        _P.MANAGE_INTEGRATION_CLIENTS,
        _P.READ_EVENTS,
        _P.MANAGE_WEBHOOKS,
        _P.MANAGE_JOBS,
        _P.MANAGE_PERSONAL_DATA,
        _P.REPORT_BOUNCES,
        _P.READ_SECURITY_EVENTS,
        _P.RESET_SECOND_FACTORS,
        _P.REDACT_FILES,
    },
    # An invoice is read with its whole ledger.
    Scope.INVOICES_READ: _READS_MONEY | {_P.READ_RECONCILIATION},
    Scope.PAYMENTS_WRITE: frozenset({_P.RECORD_PAYMENTS, _P.RECORD_REFUNDS, _P.MANAGE_BANK_LINES}),
    Scope.EVENTS_READ: frozenset({_P.READ_EVENTS}),
    Scope.MAIL_BOUNCES: frozenset({_P.REPORT_BOUNCES}),
    # A waiver needs two persons, so no scope grants it.
    Scope.INVOICES_WRITE: frozenset({_P.REISSUE_INVOICES, _P.NUMBER_INVOICES}),
    Scope.PAYMENTS_READ: frozenset({_P.READ_PAYMENTS}),
    Scope.CREDIT_NOTES_READ: frozenset({_P.READ_CREDIT_NOTES}),
    Scope.CREDIT_NOTES_WRITE: frozenset({_P.CREDIT_INVOICES, _P.NUMBER_CREDIT_NOTES}),
    Scope.EXTERNAL_REFS_WRITE: frozenset({_P.WRITE_EXTERNAL_REFS}),
    Scope.WEBHOOKS_MANAGE: frozenset({_P.MANAGE_WEBHOOKS}),
}


def _client_with(*scopes: Scope) -> str:
    return f"an integration client with the scope{'s' * (len(scopes) > 1)} {' and '.join(scopes)}"


ROLE_LABELS: Mapping[Role, str] = {
    CentreRole.SUPER_USER: "a super user of the centre",
    CentreRole.USER: "a user of the centre",
    StaffRole.CUSTOMER_EXPERIENCE: "customer experience",
    StaffRole.FINANCE: "finance staff",
    StaffRole.CENTRE_LEAD: "a centre lead",
    StaffRole.QUALITY_ASSURANCE_MANAGER: "the quality assurance manager",
    StaffRole.ADMINISTRATOR: "an administrator",
    **{scope: _client_with(scope, *NEEDED.get(scope, ())) for scope in Scope},
}


# Asked several times for each row of a list.
_HOLDERS: Mapping[Permission, frozenset[Role]] = {
    permission: frozenset(role for role, permissions in GRANTS.items() if permission in permissions)
    for permission in Permission
}


def granted(actor: Actor, permission: Permission, centre_id: UUID | None = None) -> bool:
    """Return true if one of the actor's roles grants the permission, for an object of this centre if one is given.

    Without a centre, only the roles of staff and integration clients count. Everyone with a session may use their own
    account.
    """
    if permission is Permission.OWN_ACCOUNT:
        return actor.session_id is not None
    return not _HOLDERS[permission].isdisjoint(actor.roles_for(centre_id))


def granted_anywhere(actor: Actor, permission: Permission) -> bool:
    """Return true if the actor has the permission for any centre or as staff. Lists then show only visible objects."""
    if permission is Permission.OWN_ACCOUNT:
        return granted(actor, permission)
    return not _HOLDERS[permission].isdisjoint(actor.any_roles())


def holders(permission: Permission) -> str:
    """Name the roles that hold the permission, for a reader."""
    if permission is Permission.OWN_ACCOUNT:
        return "a person with a session"
    names = [ROLE_LABELS[role] for role, permissions in GRANTS.items() if permission in permissions]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def require_permission(actor: Actor, permission: Permission, centre_id: UUID | None = None) -> None:
    """Raise `RoleNotAllowed` unless the permission is granted."""
    if not granted(actor, permission, centre_id):
        raise RoleNotAllowed(holders(permission))
