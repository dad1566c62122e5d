"""Every document about money is PDF/A-3a and PDF/UA-1 with its XML inside, whatever its texts are."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from app.pdf.credit_note import render_credit_note
from app.pdf.invoice import render_invoice
from app.pdf.receipt import render_receipt
from app.pdf.statement import render_statement
from app.settings import AwardingOrganisation
from tests.pdf.pdf_standards import EXPECTED, attached, standard_faults
from tests.pdf.test_credit_note_document import CREDIT_NOTE
from tests.pdf.test_invoice_document import INVOICE
from tests.pdf.test_receipt_document import RECEIPT
from tests.pdf.test_statement_document import STATEMENT

ORGANISATION = AwardingOrganisation()
XML = "<?xml version='1.0' encoding='UTF-8'?><Invoice>한글 🇬🇧 & Ŵ</Invoice>"
HOSTILE = [
    "한글 아카데미",
    "🇬🇧 Flag & \N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL} Ltd",
    "أكاديمية النهر \u202eמרכז הכשרה\u202c",
    "For private use \ue000, a tag \U000e0067, and \u0799",
    "नदी महाविद्यालय 株式会社 ක්\u200dය",
    "W" * 200,
]


def _invoice(name: str) -> bytes:
    customer = replace(INVOICE.customer, name=name, address_lines=(name,))
    line = replace(INVOICE.lines[0], description=name)
    return render_invoice(
        replace(INVOICE, customer=customer, purchase_order_number=name, lines=(line,), ubl_xml=XML), ORGANISATION
    )


def _credit_note(name: str) -> bytes:
    customer = replace(CREDIT_NOTE.customer, name=name)
    return render_credit_note(replace(CREDIT_NOTE, customer=customer, reason=name, ubl_xml=XML), ORGANISATION)


def _receipt(name: str) -> bytes:
    customer = replace(RECEIPT.customer, name=name)
    return render_receipt(replace(RECEIPT, customer=customer, payer_reference=name), ORGANISATION)


def _statement(name: str) -> bytes:
    return render_statement(replace(STATEMENT, customer=replace(STATEMENT.customer, name=name)), ORGANISATION)


@pytest.mark.parametrize("render", [_invoice, _credit_note, _receipt, _statement])
@pytest.mark.parametrize("name", ["Riverside College", *HOSTILE])
def test_it_keeps_the_standards(render: Callable[[str], bytes], name: str) -> None:
    assert standard_faults(render(name)) == set()


@pytest.mark.parametrize("marked", ["sample", "copy"])
def test_a_mark_changes_nothing(marked: str) -> None:
    assert standard_faults(render_credit_note(replace(CREDIT_NOTE, **{marked: True}), ORGANISATION)) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize(("render", "file"), [(_invoice, "invoice.xml"), (_credit_note, "credit-note.xml")])
@pytest.mark.parametrize("name", HOSTILE)
def test_the_xml_inside_is_the_one_given(render: Callable[[str], bytes], file: str, name: str) -> None:
    assert attached(render(name)) == {file: (XML.encode(), "/Alternative", "/application/xml")}


def _without_af(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/AF"]


def _without_relationship(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/AF"][0]["/AFRelationship"]


def _without_media_type(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/AF"][0]["/EF"]["/F"]["/Subtype"]


def _without_output_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _without_a_font(pdf: pikepdf.Pdf) -> None:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
            for name in {"/FontFile2", "/FontFile3"} & set(each.keys()):
                del each[name]


def _with_javascript(pdf: pikepdf.Pdf) -> None:
    pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")


def _without_tags(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/StructTreeRoot"]


def _without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Lang"]


def _without_ua(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        del xmp["pdfuaid:part"]


@pytest.mark.parametrize(
    "spoil",
    [
        _without_af,
        _without_relationship,
        _without_media_type,
        _without_output_intent,
        _without_a_font,
        _with_javascript,
        _without_tags,
        _without_language,
        _without_ua,
    ],
)
def test_what_is_taken_away_is_missed(spoil: Callable[[pikepdf.Pdf], None]) -> None:
    """A check that cannot fail proves nothing."""
    written = BytesIO()
    with pikepdf.open(BytesIO(_invoice("Riverside College"))) as pdf:
        spoil(pdf)
        pdf.save(written)
    assert standard_faults(written.getvalue()) - EXPECTED != set()
