"""Every letter, rendered as text and as HTML."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.letters.applications.returned import ApplicationReturned
from app.letters.catalogue import all_letters
from app.letters.decisions.accepted import ApplicationAccepted
from app.letters.initial_applications.received import InitialApplicationReceived
from app.letters.invoices.issued import InvoiceIssued
from app.letters.letter import Audience, Letter, StaffWords
from app.letters.passwords.reset import PasswordResetRequested
from app.letters.rendering import RenderedLetter, UnsafeLinkError, render
from app.settings import AwardingOrganisation
from tests.letters.samples import typed

ORGANISATION = AwardingOrganisation()
HOSTILE = "Ev\"il <script>alert(1)</script> & 'Sons' {{ 7*7 }}\r\nBcc: victim@example.org"
every_letter = pytest.mark.parametrize("letter", all_letters().values(), ids=all_letters().keys())


class _Page(HTMLParser):
    """Collect the tags, links and visible words of an HTML letter."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden += tag in ("head", "style", "title")
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name in ("src", "background", "srcset") or (name == "style" and "url(" in (value or "")):
                self.sources.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("head", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a message and its parts, except the two that a letter shows in another form."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in ("currency", "token"):
                yield from _strings(getattr(value, field.name))


def _rendered(letter: type[Letter], words: str | None = None) -> RenderedLetter:
    return render(letter, letter.sample if words is None else typed(letter, words), ORGANISATION)


@every_letter
def test_typed_text_is_inert_in_html(letter: type[Letter]) -> None:
    # An interview's place is a link where it holds a web address, which these words do not.
    clean, hostile = (_Page(_rendered(letter, words).html) for words in ("Riverside College", HOSTILE))
    assert hostile.tags <= clean.tags | {"br"}
    assert hostile.links == clean.links


@every_letter
def test_typed_text_cannot_add_a_header(letter: type[Letter]) -> None:
    subject = _rendered(letter, HOSTILE + "\x0bA\x85B\u2028C\x00D").subject
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", subject)
    assert len(subject.splitlines()) == 1


@every_letter
def test_template_syntax_in_a_name_is_not_executed(letter: type[Letter]) -> None:
    rendered = _rendered(letter, HOSTILE)
    assert "{{ 7*7 }}" in rendered.text
    assert "{{ 7*7 }}" in rendered.html


def test_a_link_that_is_not_a_web_address_is_refused() -> None:
    for url in ("javascript:alert(1)", "/certificates/1", "//elsewhere.example", 'https://a.example/"x', "https://"):
        with pytest.raises(UnsafeLinkError):
            render(ApplicationAccepted, replace(ApplicationAccepted.sample, verification_url=url), ORGANISATION)


def test_secrets_stay_out_of_logs() -> None:
    for letter in all_letters().values():
        shown = repr(letter.sample)
        assert "river-Table-42-lamp" not in shown
        assert "a+b/c=token" not in shown


@every_letter
def test_the_text_has_everything_in_the_html(letter: type[Letter]) -> None:
    rendered = _rendered(letter)
    in_text = set(re.findall(r"\w+", rendered.text))
    in_html = set(re.findall(r"\w+", " ".join(_Page(rendered.html).words)))
    assert in_html - in_text == set()
    assert len(in_html) > 20


@every_letter
def test_links_are_absolute_and_also_in_the_text(letter: type[Letter]) -> None:
    rendered = _rendered(letter)
    links = _Page(rendered.html).links
    assert links
    for link in links:
        parts = urlsplit(link)
        assert (parts.scheme in ("http", "https") and parts.hostname) or parts.scheme in ("mailto", "tel")
        if parts.scheme != "tel":
            assert link.removeprefix("mailto:") in rendered.text


@every_letter
def test_nothing_is_loaded_from_elsewhere(letter: type[Letter]) -> None:
    page = _Page(_rendered(letter).html)
    assert page.sources == []
    assert page.tags & {"img", "script", "link", "iframe", "form"} == set()


@every_letter
def test_every_field_reaches_the_reader(letter: type[Letter]) -> None:
    """No field is unused. StrictUndefined catches the opposite: a template that misspells a field."""
    message = typed(letter, "Riverside College")
    rendered = render(letter, message, ORGANISATION)
    for words in _strings(message):
        assert words in rendered.text + rendered.subject


@every_letter
def test_the_text_is_tidy(letter: type[Letter]) -> None:
    text = _rendered(letter).text
    assert "\n\n\n" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "None" not in text


@pytest.mark.requirement("R25")
@every_letter
def test_centre_letters_have_the_help_contacts(letter: type[Letter]) -> None:
    """Every letter to a centre has the guide's telephone number and address."""
    rendered = _rendered(letter)
    expected = letter.sample.audience is Audience.CENTRE
    assert isinstance(letter.sample, StaffWords) is not expected
    for part in (rendered.text, rendered.html):
        assert ("01332 341822" in part) is expected
        assert ("enquiries@aimgroup.org.uk" in part) is expected


@every_letter
def test_optional_fields_may_be_missing(letter: type[Letter]) -> None:
    optional: dict[str, Any] = {field.name: None for field in fields(letter.sample) if "None" in str(field.type)}
    rendered = render(letter, replace(letter.sample, **optional), ORGANISATION)
    assert "None" not in rendered.text
    assert "None" not in rendered.html


@pytest.mark.requirement("R02", "R25")
def test_acknowledgement_says_two_working_days_and_where_to_write() -> None:
    """The subject contains nothing that a stranger typed."""
    rendered = _rendered(InitialApplicationReceived, "Buy now")
    assert "within two working days" in rendered.text
    assert "applications@aim-group.org.uk" in rendered.text
    assert "Buy now" not in rendered.subject
    assert "IA-2026-000123" in rendered.subject


@pytest.mark.requirement("R18")
def test_invoice_can_be_paid_by_someone_who_cannot_log_in() -> None:
    rendered = _rendered(InvoiceIssued)
    for part in (rendered.text, rendered.html):
        for expected in ("£500.00", "Monday 7 December 2026", "00-00-00", "00000000", "INV-2026-000045"):
            assert expected in part


def test_the_reset_token_is_in_the_fragment() -> None:
    rendered = _rendered(PasswordResetRequested)
    assert "https://miaportal.org.uk/reset-password#token=a%2Bb/c%3Dtoken" in rendered.text
    assert "Monday 7 December 2026 at 2:30pm GMT" in rendered.text


@pytest.mark.requirement("R17")
def test_return_lists_every_item_and_the_day() -> None:
    text = _rendered(ApplicationReturned, "line one\nline two").text
    assert "1. Policies and Procedures" in text
    assert "2. Application" in text
    assert "    line one\n    line two explanation" in text
    assert "Answer by Monday 7 December 2026." in text


def test_branding_comes_from_settings() -> None:
    other = AwardingOrganisation(
        name="Other & Sons Awards", primary_colour="#FFDD00", address_lines=("1 Road", "Leeds")
    )
    rendered = render(PasswordResetRequested, PasswordResetRequested.sample, other)
    assert "Other &amp; Sons Awards" in rendered.html
    assert "#FFDD00" in rendered.html
    assert "color:#000000" in rendered.html
    assert "Other & Sons Awards\n1 Road, Leeds" in rendered.text
    assert "AIM Qualifications" not in rendered.text + rendered.html
