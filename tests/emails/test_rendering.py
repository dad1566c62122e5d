"""Every email of the registry, in both renderings."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.emails.applications import ApplicationReturned
from app.emails.decisions import ApplicationAccepted
from app.emails.email import Audience, Email, StaffEmail
from app.emails.initial_applications import InitialApplicationReceived
from app.emails.invoices import InvoiceEmail, InvoiceIssued
from app.emails.passwords import PasswordReset
from app.emails.registry import EMAILS
from app.emails.rendering import RenderedEmail, UnsafeLinkError, render
from app.emails.reviews import InterviewEmail
from app.settings import AwardingOrganisation
from tests.emails.samples import sample

ORGANISATION = AwardingOrganisation()
HOSTILE = "Ev\"il <script>alert(1)</script> & 'Sons' {{ 7*7 }}\r\nBcc: victim@example.org"
every_email = pytest.mark.parametrize("kind", EMAILS.values(), ids=EMAILS.keys())


class _Page(HTMLParser):
    """The tags, links and visible words of an HTML email."""

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
    """Every string in a message and in what it holds, but the two that a reader sees in another form."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in ("currency", "token"):
                yield from _strings(getattr(value, field.name))


def _rendered(kind: type[Email], words: str = "Riverside College") -> RenderedEmail:
    return render(sample(kind, words), ORGANISATION)


@every_email
def test_what_a_person_typed_is_inert_in_html(kind: type[Email]) -> None:
    clean, hostile = _Page(_rendered(kind).html), _Page(_rendered(kind, HOSTILE).html)
    assert hostile.tags <= clean.tags | {"br"}
    assert hostile.links == clean.links


@every_email
def test_what_a_person_typed_adds_no_header(kind: type[Email]) -> None:
    subject = _rendered(kind, HOSTILE + "\x0bA\x85B\u2028C\x00D").subject
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", subject)
    assert len(subject.splitlines()) == 1


@every_email
def test_template_syntax_in_a_name_is_not_executed(kind: type[Email]) -> None:
    rendered = _rendered(kind, HOSTILE)
    assert "{{ 7*7 }}" in rendered.text
    assert "{{ 7*7 }}" in rendered.html


def test_a_link_that_is_no_web_address_is_refused() -> None:
    message = sample(ApplicationAccepted)
    assert isinstance(message, ApplicationAccepted)
    for url in ("javascript:alert(1)", "/certificates/1", "//elsewhere.example", 'https://a.example/"x', "https://"):
        with pytest.raises(UnsafeLinkError):
            render(replace(message, verification_url=url), ORGANISATION)


def test_secrets_stay_out_of_logs() -> None:
    for kind in EMAILS.values():
        shown = repr(sample(kind))
        assert "river-Table-42-lamp" not in shown
        assert "a+b/c=token" not in shown


@every_email
def test_text_says_all_that_html_says(kind: type[Email]) -> None:
    rendered = _rendered(kind)
    in_text = set(re.findall(r"\w+", rendered.text))
    in_html = set(re.findall(r"\w+", " ".join(_Page(rendered.html).words)))
    assert in_html - in_text == set()
    assert len(in_html) > 20


@every_email
def test_links_are_absolute_and_stand_in_the_text_too(kind: type[Email]) -> None:
    rendered = _rendered(kind)
    links = _Page(rendered.html).links
    assert links
    for link in links:
        parts = urlsplit(link)
        assert (parts.scheme in ("http", "https") and parts.hostname) or parts.scheme in ("mailto", "tel")
        if parts.scheme != "tel":
            assert link.removeprefix("mailto:") in rendered.text


@every_email
def test_nothing_is_loaded_from_elsewhere(kind: type[Email]) -> None:
    page = _Page(_rendered(kind).html)
    assert page.sources == []
    assert page.tags & {"img", "script", "link", "iframe", "form"} == set()


@every_email
def test_every_field_reaches_the_reader(kind: type[Email]) -> None:
    """A field that no template prints is a field that nobody needs; a misspelt one is refused by StrictUndefined."""
    message = sample(kind)
    rendered = render(message, ORGANISATION)
    for words in _strings(message):
        assert words in rendered.text + rendered.subject


@every_email
def test_the_text_is_tidy(kind: type[Email]) -> None:
    text = _rendered(kind).text
    assert "\n\n\n" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "None" not in text


@every_email
def test_centres_are_told_whom_to_ask(kind: type[Email]) -> None:
    """R25: the guide's telephone and address stand in everything that a centre receives."""
    rendered = _rendered(kind)
    expected = kind.audience is Audience.CENTRE
    assert issubclass(kind, StaffEmail) is not expected
    for part in (rendered.text, rendered.html):
        assert ("01332 341822" in part) is expected
        assert ("enquiries@aimgroup.org.uk" in part) is expected


@every_email
def test_optional_fields_may_be_missing(kind: type[Email]) -> None:
    optional: dict[str, Any] = {field.name: None for field in fields(kind) if "None" in str(field.type)}
    rendered = render(replace(sample(kind), **optional), ORGANISATION)
    assert "None" not in rendered.text
    assert "None" not in rendered.html


def test_the_registry_is_complete() -> None:
    """Every concrete message class has its name, and every template its message."""
    parts = {StaffEmail, InvoiceEmail, InterviewEmail}
    found: set[type[Email]] = set()
    waiting = [Email]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found |= set(below)
    # `slots=True` makes each class twice; the abandoned first one shares the name of the second.
    assert {kind.__name__ for kind in found - parts} - {part.__name__ for part in parts} == {
        kind.__name__ for kind in EMAILS.values()
    }
    templates = Path(__file__).parents[2] / "app" / "emails" / "templates"
    assert {path.stem for path in templates.iterdir()} == set(EMAILS)


def test_acknowledgement_says_two_working_days_and_where_to_write() -> None:
    """R02, R25: and nothing that a stranger typed stands in its subject."""
    rendered = _rendered(InitialApplicationReceived, "Buy now")
    assert "within two working days" in rendered.text
    assert "applications@aim-group.org.uk" in rendered.text
    assert "Buy now" not in rendered.subject
    assert "CRA-2026-000123" in rendered.subject


def test_invoice_can_be_paid_by_someone_who_cannot_log_in() -> None:
    """R18."""
    rendered = _rendered(InvoiceIssued)
    for part in (rendered.text, rendered.html):
        for expected in ("£500.00", "Monday 7 December 2026", "00-00-00", "00000000", "INV-2026-000045"):
            assert expected in part


def test_reset_token_stands_in_the_fragment() -> None:
    rendered = _rendered(PasswordReset)
    assert "https://miaportal.org.uk/reset-password#token=a%2Bb/c%3Dtoken" in rendered.text
    assert "Monday 7 December 2026 at 2:30pm GMT" in rendered.text


def test_return_lists_every_item_and_the_day() -> None:
    """R17."""
    text = _rendered(ApplicationReturned, "line one\nline two").text
    assert "1. Policies and Procedures" in text
    assert "2. Application" in text
    assert "    line one\n    line two" in text
    assert "Please answer by Monday 7 December 2026." in text


def test_branding_comes_from_settings() -> None:
    other = AwardingOrganisation(
        name="Other & Sons Awards", primary_colour="#FFDD00", address_lines=("1 Road", "Leeds")
    )
    rendered = render(sample(PasswordReset), other)
    assert "Other &amp; Sons Awards" in rendered.html
    assert "#FFDD00" in rendered.html
    assert "color:#000000" in rendered.html
    assert "Other & Sons Awards\n1 Road, Leeds" in rendered.text
    assert "AIM Qualifications" not in rendered.text + rendered.html
