"""The facts that sample letters share: those of the centre in the contract's examples."""

from datetime import UTC, date, datetime
from typing import Final

from app.schemas import example_centre as example
from app.settings import AccountTeamMember, Bank

CENTRE: Final = example.NAME
SUPER_USER: Final = example.SUPER_USER
SUPER_USER_EMAIL: Final = example.SUPER_USER_EMAIL
USER: Final = example.USER
USER_EMAIL: Final = example.USER_EMAIL
FINANCE_CONTACT: Final = example.CONTACT
CUSTOMER_EXPERIENCE: Final = "customer experience team"
CENTRE_LEAD: Final = example.CENTRE_LEAD
CENTRE_LEAD_EMAIL: Final = "kim.adeyemi@example.com"
ADMINISTRATOR: Final = example.ADMINISTRATOR
MANAGER: Final = example.QUALITY_ASSURANCE_MANAGER

INITIAL_APPLICATION: Final = example.INITIAL_APPLICATION_REFERENCE
APPLICATION: Final = example.APPLICATION_REFERENCE
INVOICE: Final = example.INVOICE_NUMBER
CREDIT_NOTE: Final = example.CREDIT_NOTE_NUMBER
CERTIFICATE: Final = example.CERTIFICATE_NUMBER
PURCHASE_ORDER: Final = example.PURCHASE_ORDER
ACTION: Final = example.ACTION
POLICY_VERSION: Final = "a) Appeals procedure for candidates, version 2"
POLICY_FILE: Final = example.POLICY_FILE
FINDING: Final = "It has a virus: Win.Test.EICAR_HDB-1."
FEE_PENCE: Final = 50_000
BANK: Final = Bank()
ACCOUNT_TEAM: Final = (
    AccountTeamMember(
        role="Customer experience",
        name="Customer experience team",
        email="team@example.com",
        telephone="01332 341822",
    ),
)
FIRST_PASSWORD: Final = "river-Table-42-lamp"
NETWORK_ADDRESS: Final = "198.51.100.7"
FACTOR: Final = "Work phone"

DAY: Final = date(2026, 12, 7)
MOMENT: Final = datetime(2026, 12, 7, 14, 30, tzinfo=UTC)
