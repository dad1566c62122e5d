"""The receipt: what was received, when, for which invoice, and what was due after it (R18)."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.payments import PaymentMethod
from app.pdf.receipt import ReceiptDocument, render_receipt
from app.settings import AwardingOrganisation
from tests.pdf.pdf_reading import invisible_signs_in, is_tagged_in_british_english, metadata_of, read, words
from tests.pdf.test_invoice_document import INVOICE

ORGANISATION = AwardingOrganisation()
RECEIPT = ReceiptDocument(
    issued_on=date(2026, 12, 20),
    received_on=date(2026, 12, 18),
    amount_pence=20_000,
    method=PaymentMethod.BANK_TRANSFER,
    payer_reference="INV-2026-000045 RIVERSIDE",
    invoice_number=INVOICE.number,
    invoice_issued_on=INVOICE.issued_on,
    purchase_order_number=None,
    supplier=INVOICE.supplier,
    customer=INVOICE.customer,
    currency="GBP",
    total_pence=60_006,
    received_before_pence=10_000,
    credited_pence=5_000,
    waived_pence=0,
    due_pence=25_006,
    credit_balance_pence=0,
    sample=False,
)


def test_it_says_what_was_received_and_what_is_still_due() -> None:
    text = words(render_receipt(RECEIPT, ORGANISATION))
    for expected in (
        "Receipt £200.00",
        "Received on 18 December 2026",
        "Paid by Bank transfer",
        "INV-2026-000045 RIVERSIDE",
        "We have received £200.00 for invoice INV-2026-000045 of 7 December 2026.",
        "Invoice total £600.06",
        "Received before, less refunds -£100.00",
        "Credited -£50.00",
        "This payment -£200.00",
        "Still due £250.06",
        "This receipt is not a VAT invoice. Any VAT is shown on the invoice.",
    ):
        assert expected in text
    assert "Waived" not in text
    assert "SAMPLE" not in text


def test_an_overpayment_leaves_a_credit_balance() -> None:
    over = replace(RECEIPT, amount_pence=50_000, due_pence=0, credit_balance_pence=4_994, payer_reference=None)
    text = words(render_receipt(over, ORGANISATION))
    assert "Credit balance: received beyond what was due £49.94" in text
    assert "Still due" not in text
    assert "Payer's reference" not in text


@pytest.mark.parametrize("method", PaymentMethod)
def test_every_method_is_in_words(method: PaymentMethod) -> None:
    assert "_" not in words(render_receipt(replace(RECEIPT, method=method), ORGANISATION))


def test_typed_text_is_printed_and_never_interpreted() -> None:
    payer = "#panic() *Bold* _Ltd_ $x$ @ref <label> `raw` \\ // " + "W" * 80
    rendered = render_receipt(replace(RECEIPT, payer_reference=payer, purchase_order_number="PO" * 30), ORGANISATION)
    copied = "".join(words(rendered).split())
    assert "".join(payer.split()) in copied
    assert "PO" * 30 in copied
    assert invisible_signs_in(rendered) == set()


def test_it_is_accessible_archivable_and_reproducible() -> None:
    rendered = render_receipt(RECEIPT, ORGANISATION)
    assert rendered == render_receipt(RECEIPT, ORGANISATION)
    assert is_tagged_in_british_english(rendered)
    assert b"pdfaid:part" in metadata_of(rendered)
    metadata = read(rendered).metadata
    assert metadata is not None
    assert metadata.title == "Receipt for invoice INV-2026-000045"
    assert "SAMPLE" in words(render_receipt(replace(RECEIPT, sample=True), ORGANISATION))
