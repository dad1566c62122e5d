"""The credit note: what it takes back of which invoice, and why (R18)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.invoices import CreditReason
from app.domain.vat import VatCategory
from app.pdf.credit_note import CreditNoteDocument, render_credit_note
from app.settings import AwardingOrganisation
from tests.pdf.pdf_reading import invisible_signs_in, is_tagged_in_british_english, metadata_of, read, words
from tests.pdf.test_invoice_document import INVOICE

ORGANISATION = AwardingOrganisation()
CREDIT_NOTE = CreditNoteDocument(
    number="CN-2026-000003",
    issued_on=date(2026, 12, 20),
    invoice_number=INVOICE.number,
    invoice_issued_on=INVOICE.issued_on,
    supplier=INVOICE.supplier,
    customer=INVOICE.customer,
    purchase_order_number="PO-7788",
    buyer_reference="PO-7788",
    lines=(
        replace(INVOICE.lines[0], net_pence=8_333, vat_pence=1_667),
        replace(INVOICE.lines[0], description="Insulation", net_pence=95, vat_rate_percent=Decimal("5"), vat_pence=5),
    ),
    currency="GBP",
    reason="A reduction that we agreed.\nBy telephone.",
    reason_code=CreditReason.AGREED_REDUCTION,
    sample=False,
    copy=False,
    ubl_xml=None,
)


def test_it_carries_what_a_vat_credit_note_must() -> None:
    """VAT Regulations 1995, reg. 15C."""
    text = words(render_credit_note(CREDIT_NOTE, ORGANISATION))
    for particular in (
        "VAT credit note CN-2026-000003",
        "Issued 20 December 2026",
        "AIM Qualifications and Assessment Group",
        "VAT number GB123456789",
        "Riverside College",
        "12 River Street",
        "This credit note reduces invoice INV-2026-000045 of 7 December 2026.",
        "Centre recognition fee 1 £83.33 20% £83.33 £16.67 £100.00",
        "Insulation 1 £0.95 5% £0.95 £0.05 £1.00",
        "S – Standard rate 20% £83.33 £16.67",
        "S – Standard rate 5% £0.95 £0.05",
        "Credited without VAT £84.28",
        "VAT credited £16.72",
        "Total credited (GBP) £101.00",
        "Reason: a reduction that we agreed A reduction that we agreed. By telephone.",
    ):
        assert particular in text
    assert text.count("PO-7788") == 1
    assert len(read(render_credit_note(CREDIT_NOTE, ORGANISATION)).pages) == 1


def test_nothing_is_invented_for_a_supplier_who_is_not_registered() -> None:
    unregistered = replace(CREDIT_NOTE.supplier, vat_number=None)
    exempt = replace(
        CREDIT_NOTE.lines[0], vat_category=VatCategory.EXEMPT, vat_pence=0, exemption_reason="Schedule 9, Group 6"
    )
    document = replace(CREDIT_NOTE, supplier=unregistered, lines=(exempt,), reason_code=None)
    text = words(render_credit_note(document, ORGANISATION))
    assert "VAT credit note" not in text
    assert "VAT number" not in text
    assert "E – Exempt: Schedule 9, Group 6" in text
    assert "Reason A reduction that we agreed." in text


@pytest.mark.parametrize("code", CreditReason)
def test_every_reason_is_in_words(code: CreditReason) -> None:
    text = words(render_credit_note(replace(CREDIT_NOTE, reason_code=code), ORGANISATION))
    assert "Reason: " in text
    assert code.value not in text or "_" not in code.value


def test_a_copy_and_a_sample_say_so() -> None:
    rendered = render_credit_note(replace(CREDIT_NOTE, copy=True), ORGANISATION)
    assert "Copy. This is credit note CN-2026-000003" in words(rendered)
    metadata = read(rendered).metadata
    assert metadata is not None
    assert metadata.title == "Credit note CN-2026-000003 (copy)"
    assert "SAMPLE." in words(render_credit_note(replace(CREDIT_NOTE, sample=True), ORGANISATION))
    assert "copy" not in words(render_credit_note(CREDIT_NOTE, ORGANISATION)).lower()


def test_typed_text_is_printed_and_never_interpreted() -> None:
    typed = "#panic() *Bold* _Ltd_ $x$ @ref <label> `raw` \\ // /* ] [ \" ' ~ -- … " + "W" * 200
    customer = replace(CREDIT_NOTE.customer, name=typed)
    rendered = render_credit_note(replace(CREDIT_NOTE, reason=typed, customer=customer), ORGANISATION)
    assert "".join(words(rendered).split()).count("".join(typed.split())) == 2
    assert invisible_signs_in(rendered) == set()


def test_the_machine_readable_credit_note_is_inside() -> None:
    xml = '<?xml version="1.0" encoding="UTF-8"?><CreditNote>Ŵ & #</CreditNote>'
    reader = read(render_credit_note(replace(CREDIT_NOTE, ubl_xml=xml), ORGANISATION))
    assert reader.attachments["credit-note.xml"] == [xml.encode()]


def test_it_is_accessible_archivable_and_reproducible() -> None:
    rendered = render_credit_note(CREDIT_NOTE, ORGANISATION)
    assert rendered == render_credit_note(CREDIT_NOTE, ORGANISATION)
    assert is_tagged_in_british_english(rendered)
    assert b"pdfaid:part" in metadata_of(rendered)
