"""The maximum lengths of lists that are not paginated: far above any need, but bounded."""

from typing import Final

from app.domain.refusals.requests import TooManyRecords

OPEN_SITES: Final = 500
CONTACTS: Final = 200
USERS: Final = 500
MEMBERSHIPS: Final = 500
"""The most centres listed for one person."""

DUE_DILIGENCE_CHECKS: Final = 200
"""Recorded checks of one initial application."""

CORRECTIONS: Final = 100
"""Corrections of one initial application."""

SUPER_USER_REPLACEMENTS: Final = 100
"""The newest replacements of a centre's super users."""

POLICY_VERSIONS: Final = 500
EVIDENCE: Final = 200
"""Documents for one action."""

INSPECTION_NOTICES: Final = 20
"""Notices of one inspected document."""

SUBMISSIONS: Final = 100
"""Submissions of one application: the last must be decided and cannot be returned."""

REVIEWS: Final = 2 * SUBMISSIONS
"""Each submission is passed or returned at the initial review, and may then be returned by the centre lead."""

RETURN_ITEMS: Final = 100
"""Items of one return."""

INTERVIEWS: Final = 100
RECOMMENDATIONS: Final = 100
"""Recommendations on one application: the last must be decided and cannot be referred back."""

REQUIRED_ACTIONS: Final = 50
REMINDERS: Final = 200
"""The newest reminders about one application."""

OCCASIONS: Final = REQUIRED_ACTIONS + 10
"""What there is to remind of about one application: its open actions, and a few things more."""

INVOICE_ADDRESSES: Final = 5
"""Addresses of a centre that get letters about its invoices, besides its contacts."""

LETTERS_TO_A_CONTACT: Final = 5
"""Letters in an hour that a centre causes by itself at the mailbox of one contact, who has confirmed no address."""

REPLACED_CERTIFICATES: Final = 100
"""Certificates that were replaced; a centre can be renamed as often."""

NAME_CHANGES: Final = 500
"""Requests of one centre to change its names."""

PAYMENTS: Final = 400
"""Payments of one invoice with its refunds, waivers and allocations; each can be taken back once."""

CREDITS: Final = 100
LEDGER_ENTRIES: Final = 2 * PAYMENTS + CREDITS + 1
"""The above, and the one entry that cancels the amount due on withdrawal."""

STATEMENT_LINES: Final = 2_000
"""Lines of one statement of account: a PDF of some 60 pages."""

EXTERNAL_REFS: Final = 50
"""Finance systems in which an object is."""

BANK_ALLOCATIONS: Final = 20
"""Invoices that one confirmation of a bank line pays."""

BANK_MATCHES: Final = 100
"""Ledger entries that one bank line stands for."""

BANK_SUGGESTIONS: Final = 20

# Lists in the deployment's settings.
USEFUL_LINKS: Final = 50
ACCOUNT_TEAM: Final = 50
ADDRESS_LINES: Final = 10
INVOICE_LINES: Final = 10

# Computed lists, never stored: no form within its limits can exceed these.
MISSING_ITEMS: Final = 10_000
CHANGES: Final = 100_000

LIKELY_DUPLICATES: Final = 200
SESSIONS: Final = 100
"""The newest open sessions of one person."""

RESPONSIBILITIES: Final = 50
"""Responsibilities that the guide lists for one contact role."""

ADDRESSEES: Final = 1_000
"""Addresses of one email."""

DELIVERIES: Final = 100
"""Entries of one email's delivery log that are shown."""

JOB_EVENTS: Final = 100
"""Changes of one job that are shown."""

WEBHOOK_ENDPOINTS: Final = 50
"""Endpoints that are not deleted: each gets a row for each event."""

WEBHOOK_ATTEMPTS: Final = 100
"""Attempts of one delivery that are shown."""

JOBS_RETRIED_AT_ONCE: Final = 1_000

PERSONAL_RECORDS_OF_A_KIND: Final = 1_000
"""Sessions, letters or changes of one person that an export shows."""

PERSONAL_RECORDS: Final = 10_000
"""Records of one person in an export."""

LINKS: Final = 100
ATTACHMENTS: Final = 10


def require_room(there: int, most: int, what: str) -> None:
    """Raise `TooManyRecords` if the limit has been reached. `what` names the records."""
    if there >= most:
        raise TooManyRecords(most, what)
