"""Notices of mail systems are read as they come, and hostile ones do no harm."""

import random
from uuid import UUID

import pytest

from app.domain.emails import BounceAction
from app.integrations.bounces import read_notices
from tests.integrations import notices
from tests.integrations.notices import EXCHANGE, EXIM, OLD_EXIM, POSTFIX, notice

ID = "01a154bf-8509-7bfd-9c7a-132acd61318c"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"Hello, I am on holiday until Monday.\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n",
        notice(POSTFIX, "not-an-id"),
        notice(POSTFIX, ID, action="delivered"),
        notice(POSTFIX, ID, action="nonsense"),
        notice(POSTFIX, ID).replace(b"message/delivery-status", b"text/plain"),
        notice(POSTFIX, ID).replace(b"@aimgroup.org.uk>\r\nDate", b"\x00>\r\nDate"),
        notice(POSTFIX, ID).replace(b"inal-Recipient", b"x"),
    ],
)
def test_what_is_no_notice_about_a_letter_is_passed_over(raw: bytes) -> None:
    assert read_notices(raw) == []


@pytest.mark.parametrize(
    ("form", "code", "words"),
    [
        (POSTFIX, "5.1.1", "550 5.1.1 <jane@example.org>: Recipient address rejected: User unknown"),
        (EXIM, "5.0.0", "550 5.7.1 Relaying denied"),
        (OLD_EXIM, "5.1.1", "SMTP error from remote mail server after RCPT TO:<jane@example.org>: host "
         "mail.example.org [192.0.2.7]: 550 5.1.1 unknown user"),
        (EXCHANGE, "5.2.2", "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException"),
    ],
)  # fmt: skip
def test_each_mail_systems_notice_is_read(form: str, code: str, words: str) -> None:
    (found,) = read_notices(notice(form, ID))
    assert (found.email_id, found.domain) == (UUID(ID), notices.DOMAIN)
    assert found.recipients == ("jane@example.org",)
    assert (found.action, found.code, found.words) == (BounceAction.FAILED, code, words)


def test_a_delay_is_no_failure() -> None:
    (found,) = read_notices(notice(POSTFIX, ID, action="delayed", status="4.4.1", words="connect: timed out"))
    assert (found.action, found.code) == (BounceAction.DELAYED, "4.4.1")


def test_a_notice_without_our_message_is_known_by_the_address_it_came_to() -> None:
    raw = notice(POSTFIX, "gone").replace(b"Delivered-To: bounces@", f"Delivered-To: bounces+{ID}@".encode())
    (found,) = read_notices(raw)
    assert (found.email_id, found.domain) == (UUID(ID), None)


def test_a_recipient_whose_mail_was_forwarded_has_both_addresses() -> None:
    raw = notice(POSTFIX, ID).replace(b"Final-Recipient: rfc822; jane@example.org", b"Final-Recipient: rfc822; j@x.org")
    (found,) = read_notices(raw)
    assert found.recipients == ("jane@example.org", "j@x.org")


def test_every_recipient_of_one_notice_is_read_and_no_more_than_a_hundred() -> None:
    block = b"Final-Recipient: rfc822; jane@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    raw = notice(POSTFIX, ID).replace(b"Final-Recipient", block * 300 + b"Final-Recipient", 1)
    assert len(read_notices(raw)) == 100


def test_a_deep_or_endless_message_ends() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500))
    assert read_notices(deep) == []
    wide = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000
    assert read_notices(wide) == []
    assert read_notices(b"Content-Type: message/rfc822\r\n\r\n" * 500) == []


@pytest.mark.parametrize("form", [POSTFIX, EXIM, OLD_EXIM, EXCHANGE])
def test_damaged_notices_raise_nothing(form: str) -> None:
    """Cut off, garbled and shuffled, with a fixed seed."""
    chance, whole = random.Random(20261128), notice(form, ID)
    for _ in range(150):
        raw = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.5 else whole)
        for _ in range(chance.randrange(12)):
            if raw:
                raw[chance.randrange(len(raw))] = chance.randrange(256)
        for found in read_notices(bytes(raw)):
            assert len(found.words) <= 500
            assert all(len(recipient) <= 254 for recipient in found.recipients)
