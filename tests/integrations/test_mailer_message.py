"""Building messages: header injection, and the result for a reader."""

from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.message import EmailMessage
from email.policy import SMTPUTF8, default
from typing import Any

import pytest

from app.integrations.mailer import Attachment, MailRefused, Message, build_message

WHEN = datetime(2026, 11, 23, 19, 7, 2, tzinfo=UTC)


def _build(**changes: Any) -> Message:
    values: dict[str, Any] = {
        "sender": "AIM Qualifications <no-reply@aimgroup.org.uk>",
        "to": ["jane@example.org"],
        "subject": "Your log-in details",
        "text": "Hello Jane\n",
        "html": "<p>Hello Jane</p>",
        "message_id": "<018f@miaportal.org.uk>",
        "date": WHEN,
        "attachments": [],
    }
    return build_message(**(values | changes))


def _sent(message: Message) -> EmailMessage:
    return message_from_bytes(message.content, EmailMessage, policy=default)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jane",
        "jane@",
        "@example.org",
        "jane@@example.org",
        "jane@example..org",
        "jane doe@example.org",
        "jane@example.org, eve@example.net",
        "jane@example.org\nBcc: eve@example.net",
        "Jane <jane@example.org> eve@example.net",
        "Jane <jane@exa\r\nmple.org>",
        "jane@-bad-.org",
        "jane@example.org\x00",
    ],
)
def test_an_invalid_address_is_a_permanent_failure(address: str) -> None:
    with pytest.raises(MailRefused):
        _build(to=[address])
    with pytest.raises(MailRefused):
        _build(sender=address)
    with pytest.raises(MailRefused):
        _build(reply_to=address)


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(MailRefused):
        _build(to=[])


@pytest.mark.parametrize("message_id", ["", "018f@x", "<018f>", "<a@b>\r\nBcc: e@example.net", "<a b@c>"])
def test_a_malformed_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(MailRefused):
        _build(message_id=message_id)


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85", "\x00", "\ud800"])
def test_a_line_break_cannot_inject_a_header(break_: str) -> None:
    message = _sent(
        _build(
            subject=f"Hello{break_}Bcc: eve@example.net{break_}{break_}body",
            to=[f"Jane{break_}Bcc: eve <jane@example.org>"],
            reply_to=f"AIM{break_}Bcc: eve <enquiries@example.org>",
            attachments=[Attachment(f"a{break_}X-Evil: 1.pdf", "application/pdf", b"%PDF")],
        )
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: eve@example.net body"
    assert [one.addr_spec for one in message["Reply-To"].addresses] == ["enquiries@example.org"]
    assert [one.addr_spec for one in message["To"].addresses] == ["jane@example.org"]
    assert [part.get_filename() for part in message.iter_attachments()] == ["a X-Evil: 1.pdf"]
    assert all(part["X-Evil"] is None for part in message.walk())


def test_a_message_has_text_html_and_automatic_headers() -> None:
    message = _sent(_build())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<018f@miaportal.org.uk>"
    assert message["Date"].datetime == WHEN
    assert message["From"].addresses[0].display_name == "AIM Qualifications"
    assert message["MIME-Version"] == "1.0"


def test_every_line_fits_and_is_ascii_whatever_the_text() -> None:
    message = _build(
        subject="Café – " + "long " * 60,
        text="é" * 3000 + "\n.\n",
        html="<p>" + "x" * 3000 + "</p>",
        message_id=f"<{'a' * 120}@miaportal.org.uk>",
        attachments=[Attachment("Zoë’s Übersicht.pdf", "application/pdf", b"\x00\xff" * 999)],
    )
    content = message.content
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    back = _sent(message)
    assert back["Subject"] == ("Café – " + "long " * 60).strip()
    assert back["Message-ID"] == f"<{'a' * 120}@miaportal.org.uk>"
    body = back.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "é" * 3000 + "\n.\n"
    [attachment] = back.iter_attachments()
    assert attachment.get_filename() == "Zoë’s Übersicht.pdf"
    assert attachment.get_content() == b"\x00\xff" * 999


def test_an_attachment_makes_it_mixed_and_an_odd_type_becomes_bytes() -> None:
    message = _sent(
        _build(attachments=[Attachment("a.pdf", "application/pdf", b"1"), Attachment("b", "x\r\nY: z/y", b"2")])
    )
    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in message.iter_attachments()] == [
        "application/pdf",
        "application/octet-stream",
    ]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Jane Doe <jane@example.org>", "Jane Doe"),
        ('"Doe, Jane" <jane@example.org>', '"Doe, Jane"'),
        ("Doe, Jane <jane@example.org>", "Doe, Jane"),
        ("Zoë O’Brien <jane@example.org>", "Zoë O’Brien"),
        ('Jane "J" Doe <jane@example.org>', 'Jane "J" Doe'),
        ("=?utf-8?q?Bcc?= <jane@example.org>", "=?utf-8?q?Bcc?="),
    ],
)
def test_names_survive(given: str, name: str) -> None:
    [address] = _sent(_build(to=[given]))["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "jane@example.org")


def test_the_sender_is_written_as_the_setting_has_it() -> None:
    for setting in ("Aim, Ltd <no-reply@example.org>", '"Aim, Ltd" <no-reply@example.org>'):
        [address] = _sent(_build(sender=setting))["From"].addresses
        assert (address.display_name, address.addr_spec) == ("Aim, Ltd", "no-reply@example.org")


def test_a_domain_outside_ascii_becomes_its_ascii_form() -> None:
    [address] = _sent(_build(to=["jane@bücher.example"]))["To"].addresses
    assert address.addr_spec == "jane@xn--bcher-kva.example"


def test_a_local_part_outside_ascii_stays_as_it_is() -> None:
    message = _build(to=["Zoë <zoë@bücher.example>", "jane@example.org"])
    # Python's parser of bytes knows no UTF-8 in headers (RFC 6532); its parser of text does.
    back = message_from_string(message.content.decode(), EmailMessage, policy=SMTPUTF8)
    assert back["To"].addresses[0].display_name == "Zoë"
    assert [one.addr_spec for one in back["To"].addresses] == ["zoë@xn--bcher-kva.example", "jane@example.org"]
