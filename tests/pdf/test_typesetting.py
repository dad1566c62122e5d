"""A character that no font has costs a box, never the standards or the attachment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typst

from app.pdf import typesetting
from app.pdf.certificate import render_certificate
from app.pdf.invoice import render_invoice
from app.pdf.typesetting import NotTypeset, typeset
from app.pdf.welcome_pack import render_welcome_pack
from app.settings import AwardingOrganisation
from tests.pdf.pdf_reading import is_tagged_in_british_english, metadata_of, read, words
from tests.pdf.test_certificate_document import CERTIFICATE
from tests.pdf.test_invoice_document import INVOICE
from tests.pdf.test_welcome_pack_document import PACK

ORGANISATION = AwardingOrganisation()
BOX = "\N{WHITE SQUARE}"
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
WITHOUT_GLYPHS = {
    "한글 아카데미": "□□ □□□□",
    "Flag 🇬🇧 College": "Flag □□ College",
    f"The {FAMILY} Centre": "The □□□ Centre",
    'Fox 🦊 "Ltd" \\ Co': 'Fox □ "Ltd" \\ Co',
    "A\u0799\u20dd": "A□□",
    "Bell \x07": "Bell □",
}
# More of them than there are tries.
SYLLABLES = "".join(chr(0xAC00 + 171 * place) for place in range(60))
XML = f"<Invoice>한글 🇬🇧 {BOX}</Invoice>"


def _certificate(name: str) -> bytes:
    return render_certificate(replace(CERTIFICATE, centre_name=name), ORGANISATION)


def _welcome_pack(name: str) -> bytes:
    return render_welcome_pack(replace(PACK, centre_name=name), ORGANISATION)


def _invoice(name: str) -> bytes:
    customer = replace(INVOICE.customer, name=name)
    return render_invoice(replace(INVOICE, customer=customer, ubl_xml=XML), ORGANISATION)


every_template = pytest.mark.parametrize("render", [_certificate, _welcome_pack, _invoice])


@every_template
@pytest.mark.parametrize("name", WITHOUT_GLYPHS)
def test_a_box_stands_for_what_no_font_has(render: Callable[[str], bytes], name: str) -> None:
    rendered = render(name)
    assert is_tagged_in_british_english(rendered)
    assert WITHOUT_GLYPHS[name] in words(rendered).replace("\u200d", "")
    assert rendered == render(name)


@every_template
def test_many_different_ones_are_replaced_at_once(render: Callable[[str], bytes]) -> None:
    rendered = render(SYLLABLES)
    assert is_tagged_in_british_english(rendered)
    assert words(rendered).count(BOX) >= 50


@pytest.mark.parametrize("name", [*WITHOUT_GLYPHS, SYLLABLES, "For private use: \ue000", "Nothing is drawn: \ufeff"])
def test_the_invoice_stays_archivable_with_its_attachment_untouched(name: str) -> None:
    rendered = _invoice(name)
    assert b"pdfaid:part" in metadata_of(rendered)
    assert read(rendered).attachments["invoice.xml"] == [XML.encode()]


@pytest.mark.parametrize(
    "name", ["أكاديمية النهر", "מרכז הכשרה", "नदी महाविद्यालय", "株式会社", "\N{GRINNING FACE} Ltd"]
)
def test_what_a_font_has_is_not_replaced(name: str) -> None:
    assert BOX not in words(_invoice(name))


def _typeset(template: Path) -> bytes:
    return typeset(template, {}, title="A title", made_on=date(2026, 11, 28), organisation=ORGANISATION)


def test_a_template_that_no_box_can_mend_fails_with_the_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "ROOT", tmp_path)
    template = tmp_path / "printed.typ"
    template.write_text('#set document(title: "A title")\n#set text(lang: "en")\n한')
    with pytest.raises(NotTypeset, match=r"A title: '\\ud55c' cannot be printed"):
        _typeset(template)
    template.write_text("#panic(")
    with pytest.raises(typst.TypstError):
        _typeset(template)


def test_it_gives_up_after_twenty_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def complain(template: Path, inputs: dict[str, str], *_: object) -> bytes:
        tries.append(inputs)
        complaint = f'the text `"{len(tries):02d}"` could not be displayed'
        error = typst.TypstError(complaint, complaint)
        error.message = error.diagnostic = complaint
        raise error

    monkeypatch.setattr(typesetting, "_compile", complain)
    with pytest.raises(NotTypeset, match="after 20 tries"):
        typeset(
            Path("none.typ"),
            {"numbers": [f"{number:02d}" for number in range(1, 40)]},
            title="T",
            made_on=date(2026, 11, 28),
            organisation=ORGANISATION,
        )
    assert len(tries) == 20
