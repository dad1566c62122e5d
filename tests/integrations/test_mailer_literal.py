"""Names are text: whatever people typed arrives as typed, and adds nothing to the message."""

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import compat32, default
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.integrations.mailer import Attachment, CaptureMailer, MailRefused, build_message, read_captured
from app.integrations.mailer import message as building
from app.integrations.mailer.header_text import one_line

HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
ENCODED = "=?utf-8?q?Ann=0D=0ABcc:_eve=40example.net=0D=0A=0D=0AYour_account_is_closed?="
HOSTILE = [
    ENCODED,
    f"Ann {ENCODED} Lee",
    "=?utf-8?b?QmNjOiBldmVAZXhhbXBsZS5uZXQ=?=",
    "=?us-ascii?q?x?= =?us-ascii?q?y?=",
    "=?=?utf-8?q?nested?=?=",
    "=?utf-8?q?never ended",
    'Doe, Jane "J" <eve@example.net>',
    "Jane\\",
    "(a comment)",
    "eve@example.net, ann@example.net;",
    "Group: a@example.net;",
    "Zoë O’Brien",
    "مریم می‌خواهد",
    "👩‍👩‍👧 family",
    "x" * 200,
    "é" * 200,
    "word " * 40 + "end",
    "%22; filename*=utf-8''evil.exe",
    'a"; filename="b.exe',
    "utf-8''x",
    "…" * 3,
]

_signs = st.one_of(
    st.sampled_from(["=?", "?=", "=?utf-8?q?", "=0D=0A", *'?=_"\\<>,;:@()']),
    st.sampled_from(["\r\n", *"\n\u2028\x00\u202e\u2066\u200b\u200d", "👩‍👩‍👧", "é", "ß", "漢", "א", " "]),
    st.characters(),
)
names = st.lists(_signs, max_size=120).map("".join)


def _build(name: str) -> bytes:
    return build_message(
        sender=f"AIM {name} <no-reply@example.org>",
        to=[f"{name} <jane@example.org>", f"{name} <ann@example.org>"],
        reply_to=f"{name} <enquiries@example.org>",
        subject=name,
        text=f"Hello {name.encode('utf-8', 'replace').decode()}\n",
        html="<p>Hello</p>",
        message_id="<1@example.org>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
        attachments=[Attachment(f"{name}.pdf", "application/pdf", b"%PDF")],
    ).content


def _check(name: str) -> None:
    content, line = _build(name), one_line(name)
    modern = message_from_bytes(content, EmailMessage, policy=default)
    classic = message_from_bytes(content, Message, policy=compat32)
    assert sorted(modern.keys()) == sorted(classic.keys()) == sorted(HEADERS)
    for header, meant, addresses in (
        ("From", one_line(f"AIM {name}"), ["no-reply@example.org"]),
        ("To", line, ["jane@example.org", "ann@example.org"]),
        ("Reply-To", line, ["enquiries@example.org"]),
    ):
        assert [one.addr_spec for one in modern[header].addresses] == addresses
        found = getaddresses([classic[header].replace("\r\n", "")])
        assert [(str(make_header(decode_header(one))), address) for one, address in found] == [
            (meant, address) for address in addresses
        ]
    assert modern["Subject"].strip() == line
    assert str(make_header(decode_header(classic["Subject"].replace("\r\n", "")))).strip() == line
    [attached] = modern.iter_attachments()
    assert attached["Content-Disposition"].params["filename"] == one_line(f"{name}.pdf")
    assert attached.get_content() == b"%PDF"
    assert content.isascii()
    assert max(len(row) for row in content.split(b"\r\n")) <= 200


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_arrives_as_it_was_typed(name: str) -> None:
    _check(name)


@settings(max_examples=100, deadline=None)
@given(names)
@example(ENCODED)
def test_every_name_arrives_as_it_was_typed(name: str) -> None:
    _check(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_reader_of_captured_mail_decodes_once(tmp_path: Path, name: str) -> None:
    message = build_message(
        sender="AIM <no-reply@example.org>",
        to=[f"{name} <jane@example.org>"],
        subject=name,
        text=name,
        html="",
        message_id="<1@example.org>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
        attachments=[Attachment(f"{name}.pdf", "application/pdf", b"%PDF")],
    )
    asyncio.run(CaptureMailer(tmp_path).send(message))
    [mail] = read_captured(tmp_path)
    assert (mail.to, mail.subject) == (("jane@example.org",), one_line(name))
    assert mail.text.rstrip() == name.rstrip()
    assert [each.filename for each in mail.attachments] == [one_line(f"{name}.pdf")]


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("unstructured", lambda name, text: text),
        ("unstructured", lambda name, text: f"{text}\r\nBcc: eve@example.net"),
        ("mailbox", lambda name, address: f"{name} <{address}>"),
        ("mailbox", lambda name, address: f"{address}, eve@example.net"),
        ("attachment_disposition", lambda name: f'attachment; filename="{name}"'),
        ("attachment_disposition", lambda name: "attachment\r\nX-Evil: 1"),
    ],
)
def test_a_message_that_reads_back_otherwise_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, part: str, broken: object
) -> None:
    """The positive control: with a gap in the encoding, nothing goes out."""
    monkeypatch.setattr(building, part, broken)
    with pytest.raises(MailRefused, match=r"as written|cannot be read back"):
        _build(ENCODED)
