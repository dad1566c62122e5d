"""Rows of the landscape that nothing else hangs on, so that every list shows something."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.domain.electronic_addresses import AddressScheme
from app.domain.external_refs import RefSubject, SyncState
from app.domain.invoices import EntryKind
from app.domain.name_changes import NameChangeStatus
from app.domain.super_users import IdentityCheckMethod
from app.models import (
    EmailChange,
    ExternalRef,
    InitialApplicationCorrection,
    InvoiceAddress,
    InvoiceEntry,
    InvoicingProfile,
    LetterChoices,
    NameChange,
    SuperUserReplacement,
)
from app.security.tokens import secret_hash
from tests.contract.webhook_rows import add_webhooks
from tests.world import Login, TestCentre, World


def waiting_name_change(centre: TestCentre, now: datetime) -> NameChange:
    """Make a centre's request for another name."""
    return NameChange(
        centre_id=centre.id,
        status=NameChangeStatus.PENDING,
        old_name=centre.name,
        name="Harbour Learning CIC",
        reason="Registered in February.",
        requested_by_name=centre.super_user.name,
        requested_at=now,
    )


def add_credit_note(session: AsyncSession, ids: dict[str, str], now: datetime) -> UUID:
    """Add a credit of a penny on the paid invoice, and return its id."""
    credit = InvoiceEntry(
        id=uuid7(),
        invoice_id=UUID(ids["invoice_id"]),
        sequence=2,
        kind=EntryKind.CREDIT,
        amount_pence=1,
        currency="GBP",
        credit_note_number="CN-2025-000001",
        reason="A penny too much.",
        leaves_gate=True,
        recorded_by_name="Robin Clarke",
        recorded_at=now,
    )
    session.add(credit)
    return credit.id


def add_references(session: AsyncSession, ids: Mapping[str, str], now: datetime) -> None:
    """Say where invoice, payment and credit note are in a finance system."""
    subjects = {
        RefSubject.INVOICE: ids["invoice_id"],
        RefSubject.PAYMENT: ids["payment_id"],
        RefSubject.CREDIT_NOTE: ids["credit_note_id"],
    }
    session.add_all(
        ExternalRef(
            subject_id=UUID(subject),
            system="landscape",
            subject_type=kind,
            external_id="L-1",
            sync_state=SyncState.SYNCED,
            changed_at=now,
        )
        for kind, subject in subjects.items()
    )


def invoice_address(centre: TestCentre, now: datetime) -> InvoiceAddress:
    """Make an accounts inbox of the centre."""
    email = "accounts@harbour.example.com"
    return InvoiceAddress(centre_id=centre.id, email=email, email_key=email, added_at=now)


async def add_rows(session: AsyncSession, ids: dict[str, str], users: tuple[Login, Login], now: datetime) -> None:
    """Add a centre's choice of letters, how it is invoiced, a cancelled replacement, a correction and webhooks."""
    await add_webhooks(session, ids, now)
    lost, successor = users
    by = {"recorded_by": lost.id, "recorded_by_name": "Robin Clarke", "recorded_at": now}
    session.add_all(
        [
            LetterChoices(centre_id=UUID(ids["centre_id"]), choices={"finance": ["returns"]}),
            InvoicingProfile(
                centre_id=UUID(ids["centre_id"]),
                eligible_body=False,
                evidence="Its register says that it distributes its profits.",
                electronic_scheme=AddressScheme("0088"),
                electronic_id="5060012349998",
                **by,
            ),
            SuperUserReplacement(
                centre_id=UUID(ids["centre_id"]),
                lost_user_id=lost.user_id,
                successor_user_id=successor.user_id,
                requested_by="Robin Clarke, Bursar",
                reason="The super user has left.",
                identity_check_method=IdentityCheckMethod.CALLED_BACK,
                identity_check_note="Called the number on the register.",
                cancelled_at=now,
                **by,
            ),
            InitialApplicationCorrection(
                initial_application_id=UUID(ids["initial_application_id"]),
                reason="Told by telephone.",
                before={"email": "info@harbour.example.com"},
                after={"email": "office@harbour.example.com"},
                voided_checks=[],
                **by,
            ),
        ]
    )


async def waiting_email_change(world: World, login: Login) -> UUID:
    """A change of the person's address that waits."""
    now = world.clock()
    row = EmailChange(
        id=uuid7(),
        person_id=login.id,
        old_email=login.email,
        new_email="alex@elsewhere.example.com",
        token_hash=secret_hash("to confirm"),
        cancel_token_hash=secret_hash("to cancel"),
        requested_at=now,
        expires_at=now + timedelta(days=1),
    )
    async with world.database.transaction() as session:
        session.add(row)
    return row.id
