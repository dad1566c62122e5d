"""The certificate: one page, with the name exactly as typed (R01, R22)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.printable import unprintable
from app.domain.printable_characters import RANGES
from app.pdf import typesetting
from app.pdf.certificate import CertificateDocument, render_certificate
from app.settings import AwardingOrganisation
from tests.pdf.pdf_reading import invisible_signs_in, is_tagged_in_british_english, links_in, read, words

ORGANISATION = AwardingOrganisation()
CERTIFICATE = CertificateDocument(
    centre_name="Riverside College",
    certificate_number="CERT-2026-000001",
    recognised_from=date(2026, 12, 7),
    issued_on=date(2026, 12, 8),
    verification_url="https://portal.example.org/v1/certificates/CERT-2026-000001",
)
LONG = "The Lancashire Association of Independent Training Providers and Community Learning Centres, " * 3


@pytest.mark.parametrize(
    "name",
    [
        "#panic()",
        "*Bold* _Ltd_ $x$ @ref <label> \"q\" 's'",
        "`raw` \\ // /* ] [ ~ -- ...",
        "Coleg Ŵyn ap Llŷr",
        "Ολυμπία Київ",
        "株式会社日本教育",
        "W" * 200,
        LONG[:200].strip(),
        "Ab",
    ],
)
def test_any_name_is_printed_as_typed_on_one_page(name: str) -> None:
    rendered = render_certificate(replace(CERTIFICATE, centre_name=name), ORGANISATION)
    assert "".join(name.split()) in "".join(words(rendered).split())
    assert len(read(rendered).pages) == 1


def test_a_name_of_one_long_word_is_broken_where_the_page_ends() -> None:
    rendered = render_certificate(replace(CERTIFICATE, centre_name="W" * 90), ORGANISATION)
    lines = [line for line in read(rendered).pages[0].extract_text().splitlines() if "WW" in line]
    assert (sum(map(len, lines)), max(map(len, lines)) < 30) == (90, True)


@pytest.mark.parametrize("name", ["أكاديمية النهر", "नदी महाविद्यालय", "Unicorns 🦄 \ue000 Ltd"])
def test_no_script_stops_a_certificate(name: str) -> None:
    rendered = render_certificate(replace(CERTIFICATE, centre_name=name), ORGANISATION)
    assert len(read(rendered).pages) == 1
    assert "CERT-2026-000001" in words(rendered)


def test_it_says_what_can_be_verified_and_where() -> None:
    rendered = render_certificate(CERTIFICATE, ORGANISATION)
    text = words(rendered)
    for expected in (
        "AIM Qualifications and Assessment Group",
        "Certificate of centre recognition",
        "Riverside College",
        "CERT-2026-000001",
        "7 December 2026",
        "8 December 2026",
        "https://portal.example.org/v1/certificates/CERT-2026-000001",
    ):
        assert expected in text
    page = read(rendered).pages[0]
    assert page.mediabox.width > page.mediabox.height


def test_what_is_copied_has_no_invisible_characters_and_the_address_is_a_link() -> None:
    address = "https://portal.example.org/" + "a" * 90 + "/v1/certificates/CERT-2026-000001"
    name = "Wolverhampton" * 15
    rendered = render_certificate(replace(CERTIFICATE, centre_name=name, verification_url=address), ORGANISATION)
    copied = "".join(words(rendered).split())
    assert name in copied
    assert address in copied
    assert name not in words(rendered), "it is on several lines"
    assert invisible_signs_in(rendered) == set()
    assert links_in(rendered) == {address, "https://www.aimgroup.org.uk"}
    assert len(read(rendered).pages) == 1


def test_it_is_accessible_and_reproducible() -> None:
    rendered = render_certificate(CERTIFICATE, ORGANISATION)
    assert rendered == render_certificate(CERTIFICATE, ORGANISATION)
    assert rendered != render_certificate(replace(CERTIFICATE, issued_on=date(2026, 12, 9)), ORGANISATION)
    assert is_tagged_in_british_english(rendered)


def test_another_organisations_branding() -> None:
    other = AwardingOrganisation(name="Other Awards #1", primary_colour="#006644")
    text = words(render_certificate(CERTIFICATE, other))
    assert "Other Awards #1" in text
    assert "AIM" not in text


def test_what_counts_as_printable_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standards refuse a character that no font has: one of each range of the table, and one outside it."""
    begins = [chr(int(each.partition("-")[0], 16)) for each in RANGES.split()]
    drawn = " ".join(letter for letter in begins if letter.isprintable())
    tries, compiled = [], typesetting._compile

    def count(*given: Any) -> bytes:
        tries.append(given)
        return compiled(*given)

    monkeypatch.setattr(typesetting, "_compile", count)
    render_certificate(replace(CERTIFICATE, centre_name=drawn), ORGANISATION)
    assert len(tries) == 1
    for letter in ("\u0799", "\U0001f4a9"):
        assert unprintable(letter) == 0
        tries.clear()
        assert "\N{WHITE SQUARE}" in words(render_certificate(replace(CERTIFICATE, centre_name=letter), ORGANISATION))
        assert len(tries) == 2
