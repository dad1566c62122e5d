"""Email captured in a folder: names, order, and reading it back."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.integrations.mailer import (
    Attachment,
    CaptureMailer,
    MailUnavailable,
    build_message,
    open_mailer,
    read_captured,
)
from app.settings import Settings

WHEN = datetime(2026, 11, 23, 19, 7, 2, 123456, tzinfo=UTC)


def _send(
    folder: Path,
    *,
    to: str = "jane@example.org",
    subject: str = "Log-in details for Harbour Lane",
    date: datetime = WHEN,
    attachments: tuple[Attachment, ...] = (),
) -> None:
    message = build_message(
        sender="AIM <no-reply@aimgroup.org.uk>",
        to=[to],
        subject=subject,
        text="Hello\nZoë\n",
        html="<p>Hello Zoë</p>",
        message_id="<1@aimgroup.org.uk>",
        date=date,
        attachments=attachments,
    )
    asyncio.run(CaptureMailer(folder).send(message))


def test_a_folder_that_cannot_be_created_is_a_temporary_failure(tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(b"a file stands in its place")
    with pytest.raises(MailUnavailable):
        _send(tmp_path / "mail")


def test_a_missing_folder_has_no_captured_mail(tmp_path: Path) -> None:
    assert read_captured(tmp_path / "mail") == []


def test_the_name_sorts_by_time_and_tells_subject_and_recipient(tmp_path: Path) -> None:
    _send(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [
        "20261123T190702.000000Z-log-in-details-for-harbour-lane-jane@example.org.eml"
    ]


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("/etc/passwd@example.org", "../../etc/passwd"),
        ("a/b@example.org", "\x00\n/"),
        ("jane@example.org", "漢字"),
        (f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example.org", "word " * 200),
    ],
)
def test_no_name_leaves_the_folder_or_grows_too_long(tmp_path: Path, to: str, subject: str) -> None:
    folder = tmp_path / "mail"
    _send(folder, to=to, subject=subject)
    assert [path.name for path in tmp_path.iterdir()] == ["mail"]
    [mail] = read_captured(folder)
    assert mail.path.parent == folder
    assert len(mail.path.name.encode()) <= 255
    assert mail.to == (to,)


def test_messages_of_one_second_keep_their_order_and_their_number(tmp_path: Path) -> None:
    subjects = ["z", "a", "m", "a", "a"]
    for subject in subjects:
        _send(tmp_path, subject=subject)
    _send(tmp_path, subject="earlier", date=WHEN - timedelta(seconds=1))
    assert [mail.subject for mail in read_captured(tmp_path)] == ["earlier", *subjects]


def test_two_messages_at_once_never_replace_one_another(tmp_path: Path) -> None:
    async def at_once() -> None:
        message = build_message(
            sender="no-reply@aimgroup.org.uk",
            to=["jane@example.org"],
            subject="Same",
            text="",
            html="",
            message_id="<1@aimgroup.org.uk>",
            date=WHEN,
        )
        await asyncio.gather(*(CaptureMailer(tmp_path).send(message) for _ in range(40)))

    asyncio.run(at_once())
    assert len(read_captured(tmp_path)) == 40
    assert len(list(tmp_path.iterdir())) == 40


def test_a_sent_message_is_read_back(tmp_path: Path) -> None:
    _send(
        tmp_path,
        subject="Rechnung – £500",
        date=datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=1))),
        attachments=(Attachment("Übersicht.pdf", "application/pdf", b"%PDF\x00\xff"),),
    )
    [mail] = read_captured(tmp_path)
    assert mail.to == ("jane@example.org",)
    assert mail.subject == "Rechnung – £500"
    assert mail.date == datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    assert mail.text == "Hello\nZoë\n"
    assert mail.html.strip() == "<p>Hello Zoë</p>"
    assert mail.attachments == (Attachment("Übersicht.pdf", "application/pdf", b"%PDF\x00\xff"),)


def test_an_address_outside_ascii_is_read_back(tmp_path: Path) -> None:
    _send(tmp_path, to="zoë@example.org", subject="Grüße")
    [mail] = read_captured(tmp_path, to="ZOË@example.org")
    assert (mail.to, mail.subject) == (("zoë@example.org",), "Grüße")


def test_the_filters_ignore_case_and_take_a_whole_address(tmp_path: Path) -> None:
    _send(tmp_path, subject="One")
    _send(tmp_path, to="eve@example.org", subject="Two")
    assert [mail.subject for mail in read_captured(tmp_path, to="JANE@example.org")] == ["One"]
    assert [mail.subject for mail in read_captured(tmp_path, subject_contains="tW")] == ["Two"]
    assert read_captured(tmp_path, to="example.org") == []
    assert read_captured(tmp_path, to="eve@example.org", subject_contains="one") == []


def test_a_half_written_message_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".0b1c").write_bytes(b"From: half")
    assert read_captured(tmp_path) == []


def test_without_a_relay_the_settings_choose_the_folder(tmp_path: Path) -> None:
    assert isinstance(open_mailer(Settings(data_dir=tmp_path)), CaptureMailer)
