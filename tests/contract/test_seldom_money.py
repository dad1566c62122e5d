"""Documented responses of money that no other test produces: full ledgers, credited fees, numbers given here."""

from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from app.domain import limits
from app.domain.external_refs import RefSubject, SyncState
from app.domain.invoices import EntryKind
from app.domain.payments import PaymentMethod
from app.models import ExternalRef, InvoiceEntry
from tests.contract.landscape import Landscape
from tests.contract.test_replays import PREPARE
from tests.contract.test_seldom_answers import ask, refusal, sql

_FULL = (409, "too_many_records")


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}


async def test_every_step_stops_when_the_fee_was_credited(landscape: Landscape) -> None:
    """The payment was reversed after the gate, and the invoice credited in full: nothing asks for the fee."""
    reversed_ = await ask(landscape, "reversePayment", "finance", headers=_key(), json={"reason": "It bounced."})
    assert reversed_.status_code == 201, reversed_.text
    body = {"amount": reversed_.json()["invoice"]["due"], "reason": "Not supplied."}
    credited = await ask(landscape, "creditInvoice", "finance", headers=_key(), json=body)
    assert credited.status_code == 201, credited.text
    lead = {"centre_lead_id": str(landscape.logins["other_centre_lead"].id)}
    for name, who, more in (
        ("reviewApplication", "centre_lead", {}),
        ("assignCentreLead", "quality_assurance_manager", {"json": lead}),
        ("rescheduleInterview", "centre_lead", {}),
        ("recordInterviewOutcome", "centre_lead", {}),
        ("arrangeInterview", "centre_lead", {}),
        ("recommend", "centre_lead", {}),
    ):
        assert await refusal(landscape, name, who, **more) == (409, "fee_credited"), name
    await sql(
        landscape,
        "UPDATE applications SET status = 'awaiting_decision' WHERE id = :id",
        id=UUID(landscape.ids["application_id"]),
    )
    assert await refusal(landscape, "decide") == (409, "fee_credited")
    await sql(
        landscape,
        "UPDATE applications SET status = 'returned', returned_by_centre_lead = true WHERE id = :id",
        id=UUID(landscape.ids["application_id"]),
    )
    assert await refusal(landscape, "submitApplication", "super_user") == (409, "fee_credited")


async def _fill(landscape: Landscape, kind: EntryKind, count: int) -> None:
    """Give the invoice so many entries of a penny."""
    now = landscape.world.clock()
    paid = kind is EntryKind.PAYMENT
    async with landscape.database.transaction() as session:
        session.add_all(
            InvoiceEntry(
                id=uuid7(),
                invoice_id=UUID(landscape.ids["invoice_id"]),
                sequence=number + 100,
                kind=kind,
                amount_pence=1,
                currency="GBP",
                method=PaymentMethod.BANK_TRANSFER if paid else None,
                received_on=now.date() if paid else None,
                credit_note_number=None if paid else f"CN-2025-{number + 100:06}",
                reason=None if paid else "A penny too much.",
                leaves_gate=True,
                recorded_by_name="Robin Clarke",
                recorded_at=now,
            )
            for number in range(count)
        )


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("reissueInvoice", EntryKind.CREDIT, limits.CREDITS),
        ("waiveInvoice", EntryKind.PAYMENT, limits.PAYMENTS),
        ("recordRefund", EntryKind.PAYMENT, limits.PAYMENTS),
        ("allocateCredit", EntryKind.PAYMENT, limits.PAYMENTS),
    ],
)
async def test_a_full_ledger_takes_nothing_more(landscape: Landscape, name: str, kind: EntryKind, count: int) -> None:
    body = {"reason": "Wrong."} if name == "reissueInvoice" else await PREPARE[name](landscape)
    await _fill(landscape, kind, count)
    assert await refusal(landscape, name, "finance", headers=_key(), json=body) == _FULL


async def test_an_object_is_in_so_many_finance_systems(landscape: Landscape) -> None:
    subjects = {
        RefSubject.INVOICE: ("saveInvoiceExternalRef", "invoice_id"),
        RefSubject.CREDIT_NOTE: ("saveCreditNoteExternalRef", "credit_note_id"),
        RefSubject.PAYMENT: ("savePaymentExternalRef", "payment_id"),
        RefSubject.CENTRE: ("saveCentreExternalRef", "centre_id"),
    }
    async with landscape.database.transaction() as session:
        session.add_all(
            ExternalRef(
                subject_id=UUID(landscape.ids[id_]),
                system=f"system-{number}",
                subject_type=kind,
                sync_state=SyncState.PENDING,
                changed_at=landscape.world.clock(),
            )
            for kind, (_, id_) in subjects.items()
            for number in range(limits.EXTERNAL_REFS)
        )
    for name, _ in subjects.values():
        assert await refusal(landscape, name) == _FULL, name


async def test_a_number_is_not_given_to_a_document_that_has_ours(landscape: Landscape) -> None:
    for name in ("assignInvoiceNumber", "assignCreditNoteNumber"):
        assert await refusal(landscape, name) == (409, "numbered_here"), name


async def test_two_credit_notes_never_have_one_number(landscape: Landscape) -> None:
    rows = [
        InvoiceEntry(
            id=uuid7(),
            invoice_id=UUID(landscape.ids["invoice_id"]),
            sequence=sequence,
            kind=EntryKind.CREDIT,
            amount_pence=1,
            currency="GBP",
            credit_note_number=f"REQ-2025-00000{sequence}",
            awaits_number=True,
            reason="A penny too much.",
            leaves_gate=True,
            recorded_by_name="Robin Clarke",
            recorded_at=landscape.world.clock(),
        )
        for sequence in (3, 4)
    ]
    async with landscape.database.transaction() as session:
        session.add_all(rows)
    answers = []
    for row in rows:
        landscape.ids["credit_note_id"] = str(row.id)
        answers.append(await ask(landscape, "assignCreditNoteNumber"))
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["code"] == "number_taken"
