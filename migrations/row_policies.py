"""Which rows of each table a transaction sees and may change, by its `app.context` (`app/row_context.py`).

The policies hold below the filters of `app/queries/`. Without a context, a table with a policy shows nothing. The
subqueries around `current_setting` are computed once per statement, so indexes are used as before.
"""

from types import MappingProxyType
from typing import Final

_KIND = "split_part(current_setting('app.context', true), '|', 1)"
EVERYTHING: Final = f"(SELECT {_KIND} IN ('staff', 'system'))"
_SYSTEM = f"(SELECT {_KIND} = 'system')"
ANYBODY: Final = f"(SELECT {_KIND} <> '')"
_PUBLIC = f"(SELECT {_KIND} = 'public')"
_CENTRES = "(SELECT nullif(split_part(current_setting('app.context', true), '|', 2), '')::uuid[])::uuid[]"
_OWN = "centre_id = ANY (" + _CENTRES + ")"
_SELF = "(SELECT nullif(split_part(current_setting('app.context', true), '|', 4), '')::uuid)"
# Where somebody is found by an address, a password or a token, or accounts are managed.
ACCOUNTS: Final = (
    f"(SELECT {_KIND} = 'system' OR split_part(current_setting('app.context', true), '|', 5) = 'accounts')"
)
_SECRET = f"{ACCOUNTS} OR person_id = {_SELF}"
# Of the public, the fingerprint of the form that is being sent.
_THIRD = "split_part(current_setting('app.context', true), '|', 3)"


def _client(*scopes: str) -> str:
    listed = ", ".join(f"'{scope}'" for scope in scopes)
    return f"(SELECT {_KIND} = 'client' AND string_to_array({_THIRD}, ',') && ARRAY[{listed}])"


_BOOKS_SCOPES = ("payments:write", "invoices:write", "credit_notes:write")
MONEY: Final = _client(*_BOOKS_SCOPES, "invoices:read", "payments:read", "credit_notes:read", "external_refs:write")
# It moves an application on, or invoices it anew.
_BOOKS = _client(*_BOOKS_SCOPES)
_BANK = _client("payments:write")
_BOUNCES = _client("mail:bounces")
# An endpoint gets events, so whoever manages it may read them.
_WEBHOOKS = f"{_client('webhooks:manage')} AND {_client('events:read')}"


def _either(*conditions: str) -> str:
    return " OR ".join((EVERYTHING, *conditions))


def _part_of(table: str, column: str) -> str:
    """Whoever sees the row that it belongs to sees this one."""
    return f"EXISTS (SELECT FROM {table} AS whole WHERE whole.id = {column})"


# A client that only reads invoices sees the applications that they are for, and none of their parts.
_CENTRE = f"(SELECT {_KIND} = 'centre')"
_PARTS = f"(SELECT {_KIND} = 'centre') OR {_BOOKS}"
_OF_APPLICATION = _either(f"({_PARTS}) AND " + _part_of("applications", "application_id"))
SEEN: Final = MappingProxyType(
    {
        "action_evidence": _either(_part_of("actions", "action_id")),
        "actions": _OF_APPLICATION,
        "agreement_acceptances": _OF_APPLICATION,
        "application_details": _OF_APPLICATION,
        "application_words": EVERYTHING,
        "applications": _either(_OWN, MONEY),
        "bank_line_matches": _either(_BANK),
        "bank_lines": _either(_BANK),
        "bank_statements": _either(_BANK),
        "centre_lead_assignments": _OF_APPLICATION,
        "centre_words": EVERYTHING,
        # Whoever is invited sees to which centre.
        "centres": _either(
            f"id = ANY ({_CENTRES})",
            MONEY,
            f"{ACCOUNTS} AND EXISTS (SELECT FROM memberships AS place JOIN invitations AS asked "
            "ON asked.membership_id = place.id WHERE place.centre_id = centres.id)",
        ),
        "client_secret_uses": _either(ACCOUNTS),
        "contact_roles": _either(_OWN, _BOOKS),
        "contacts": _either(_OWN, _BOOKS),
        "decisions": _OF_APPLICATION,
        "due_diligence_checks": EVERYTHING,
        "email_deliveries": _either(_part_of("emails", "email_id")),
        "email_owners": _either(
            _BOUNCES,
            f"{_CENTRE} AND " + _part_of("applications", "owner_id"),
            f"{_CENTRE} AND " + _part_of("invoices", "owner_id"),
            f"EXISTS (SELECT FROM memberships AS whole WHERE whole.id = owner_id AND {_OWN})",
        ),
        "email_changes": _SECRET,
        "emails": _either(_BOUNCES, "EXISTS (SELECT FROM email_owners AS owned WHERE owned.email_id = emails.id)"),
        "events": _either(
            f"centre_sees AND {_OWN}",
            f"position IS NOT NULL AND public IS NOT NULL AND {_client('events:read')}",
        ),
        "external_refs": _either(MONEY),
        "factor_challenges": _SECRET,
        "file_redactions": _either(f"{_CENTRE} AND " + _part_of("applications", "application_id")),
        "idempotent_answers": _SYSTEM,
        "initial_application_corrections": EVERYTHING,
        "initial_application_words": EVERYTHING,
        "initial_applications": _either(_OWN, f"{_PUBLIC} AND encode(fingerprint, 'hex') = (SELECT {_THIRD})"),
        "integration_clients": _either(ACCOUNTS),
        "interviews": _OF_APPLICATION,
        "invitations": ACCOUNTS,
        "invoice_addresses": _either(_OWN),
        "invoice_entries": _either(_OWN, MONEY),
        "invoicing_profiles": _either(_OWN, _BOOKS),
        "invoice_words": _either(_part_of("invoices", "invoice_id")),
        "invoices": _either(_OWN, MONEY),
        "issued_files": _either(
            _part_of("invoices", "subject_id"),
            _part_of("invoice_entries", "subject_id"),
            f"{_CENTRE} AND " + _part_of("recognitions", "subject_id"),
            # A certificate that was issued anew.
            f"{_CENTRE} AND EXISTS (SELECT FROM recognitions AS whole WHERE whole.certificate_id = subject_id)",
        ),
        "letter_choices": _either(_OWN),
        "memberships": _either(ACCOUNTS, f"person_id = {_SELF}", _OWN),
        "name_changes": _either(_OWN),
        "password_resets": _SECRET,
        "people": _either(
            ACCOUNTS,
            f"id = {_SELF}",
            f"{_CENTRE} AND EXISTS (SELECT FROM memberships AS place WHERE person_id = people.id AND place.{_OWN})",
            f"{_CENTRE} AND EXISTS (SELECT FROM applications AS led WHERE led.centre_lead_id = people.id)",
            f"{_CENTRE} AND EXISTS (SELECT FROM recognitions AS led WHERE led.centre_lead_id = people.id)",
        ),
        "policies": _OF_APPLICATION,
        "policy_versions": _either(_part_of("policies", "policy_id")),
        "recognition_words": _either(_PUBLIC),
        "recognitions": _either(_OWN, _PUBLIC),
        "recommendations": _OF_APPLICATION,
        "recovery_codes": _SECRET,
        "refresh_tokens": f"{ACCOUNTS} OR " + _part_of("sessions", "session_id"),
        "reminders": _OF_APPLICATION,
        "replaced_certificates": _either(_OWN, _PUBLIC),
        "return_items": _OF_APPLICATION,
        "role_grants": EVERYTHING,
        "reviews": _OF_APPLICATION,
        "second_factors": _SECRET,
        "security_events": EVERYTHING,
        "sessions": _SECRET,
        "sites": _either(_OWN),
        "staff_members": _either(ACCOUNTS, f"person_id = {_SELF}"),
        "submissions": _OF_APPLICATION,
        "super_user_replacements": _either(_OWN, ACCOUNTS),
        "webhook_attempts": _either(_WEBHOOKS),
        "webhook_deliveries": _either(_WEBHOOKS),
        "webhook_endpoints": _either(_WEBHOOKS),
    }
)
"""The rows that a transaction sees; it may change and add only these."""

ADDED: Final = MappingProxyType(
    {"emails": ANYBODY, "events": ANYBODY, "idempotent_answers": ANYBODY, "security_events": "true"}
)
"""Rows that others may add besides, without seeing them."""

_NOBODYS = "holds nothing of a centre or person"
EXEMPT: Final = MappingProxyType(
    {
        "alembic_version": _NOBODYS,
        "damaged_files": "a key of the document store and what is wrong with its file",
        "deployment": _NOBODYS,
        "documents": "the awarding organisation's own documents, the same for every centre",
        "event_streams": "counts the events of an id",
        "pgqueuer": "names rows by their ids; the queue's library reads and writes it",
        "pgqueuer_log": "as the queue",
        "pgqueuer_schedules": _NOBODYS,
        "pgqueuer_statistics": _NOBODYS,
        "rate_limits": "written before the actor is known",
        "reference_counters": _NOBODYS,
        "store_checks": _NOBODYS,
    }
)
"""Tables without a policy, and why. What a role may do with them is a matter of grants."""

DEFINERS: Final = (
    "claim_answer(bigint,text)",
    "keep_application_words()",
    "keep_email_owners()",
    "keep_initial_application_words()",
    "keep_invoice_sums()",
    "keep_invoice_words()",
    "keep_printed_number()",
    "keep_recognition_words()",
    "keep_words_of_centre()",
    "keep_words_of_contact()",
    "keep_words_of_member()",
    "keep_words_of_person()",
    "keep_words_of_trading_name()",
)
"""Functions that read or write rows which their caller may not see, most of them triggers that keep tables in step.
They run as the owner, with a fixed search path."""
