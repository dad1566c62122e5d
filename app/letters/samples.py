"""The facts that sample letters share: one made-up centre, its people, sums and dates."""

from datetime import UTC, date, datetime
from typing import Final

from app.settings import AccountTeamMember, Bank

CENTRE: Final = "Trent Valley Training"
SUPER_USER: Final = "Alex Morgan"
SUPER_USER_EMAIL: Final = "alex.morgan@example.com"
USER: Final = "Jo Patel"
USER_EMAIL: Final = "jo.patel@example.com"
FINANCE_CONTACT: Final = "Robin Clarke"
CUSTOMER_EXPERIENCE: Final = "customer experience team"
CENTRE_LEAD: Final = "Kim Adeyemi"
CENTRE_LEAD_EMAIL: Final = "kim.adeyemi@example.com"
MANAGER: Final = "Maria Evans"

INITIAL_APPLICATION: Final = "IA-2026-000123"
APPLICATION: Final = "CRA-2026-000012"
INVOICE: Final = "INV-2026-000045"
CERTIFICATE: Final = "RC-2026-000001"
PURCHASE_ORDER: Final = "PO-2026-0042"
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

DAY: Final = date(2026, 12, 7)
MOMENT: Final = datetime(2026, 12, 7, 14, 30, tzinfo=UTC)
ACTION: Final = "Send the revised sampling strategy."
