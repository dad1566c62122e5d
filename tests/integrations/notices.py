"""Delivery status notifications as mail systems write them (RFC 3464), for a message of ours."""

DOMAIN = "aimgroup.org.uk"
RETURNED = """From: AIM Qualifications <no-reply@aimgroup.org.uk>
To: Jane Doe <jane@example.org>
Subject: Your log-in details for the MIA portal
Message-ID: <{id}@aimgroup.org.uk>
Date: Fri, 27 Nov 2026 10:00:00 +0000
"""

POSTFIX = """Return-Path: <>
Delivered-To: bounces@aimgroup.org.uk
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@aimgroup.org.uk
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4FZ2Xk1Qz9z2.1764237600/mx.example.net"
Message-Id: <20261127100000.4FZ2Xk1Qz9z2@mx.example.net>

This is a MIME-encapsulated message.

--4FZ2Xk1Qz9z2.1764237600/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

I'm sorry to have to inform you that your message could not be delivered to one or more recipients.

<jane@example.org>: host mail.example.org[192.0.2.7] said: 550 5.1.1
    <jane@example.org>: Recipient address rejected: User unknown (in reply to RCPT TO command)

--4FZ2Xk1Qz9z2.1764237600/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4FZ2Xk1Qz9z2
X-Postfix-Sender: rfc822; bounces@aimgroup.org.uk
Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; jane@example.org
Original-Recipient: rfc822;jane@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; {words}

--4FZ2Xk1Qz9z2.1764237600/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned}
--4FZ2Xk1Qz9z2.1764237600/mx.example.net--
"""

EXIM = """Return-path: <>
Envelope-to: bounces@aimgroup.org.uk
X-Failed-Recipients: jane@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@smtp.example.net>
To: bounces@aimgroup.org.uk
Content-Type: multipart/report; report-type=delivery-status; boundary=1764237600-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1vOabc-0001Xy-2Z@smtp.example.net>

--1764237600-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

  jane@example.org
    host mail.example.org [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<jane@example.org>:
    550 5.7.1 Relaying denied

--1764237600-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; smtp.example.net

Action: failed
Final-Recipient: rfc822;jane@example.org
Status: 5.0.0
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.7.1 Relaying denied

--1764237600-eximdsn-1804289383
Content-type: message/rfc822

{returned}

Dear Jane
--1764237600-eximdsn-1804289383--
"""

OLD_EXIM = """Return-path: <>
X-Failed-Recipients: jane@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@smtp.example.net>
To: bounces@aimgroup.org.uk
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to all of its recipients. The following address(es) failed:

  jane@example.org
    SMTP error from remote mail server after RCPT TO:<jane@example.org>:
    host mail.example.org [192.0.2.7]: 550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

{returned}
"""

EXCHANGE = """From: Microsoft Outlook <postmaster@example.org>
To: <bounces@aimgroup.org.uk>
Subject: Undeliverable: Your log-in details for the MIA portal
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="b1c2d3e4-0f5a-4b6c-8d7e-9f0a1b2c3d4e"
Content-Language: en-GB
In-Reply-To: <{id}@aimgroup.org.uk>
References: <{id}@aimgroup.org.uk>
Message-ID: <e5f6a7b8-c9d0-4e1f-a2b3-c4d5e6f7a8b9@EXCH01.example.org>

--b1c2d3e4-0f5a-4b6c-8d7e-9f0a1b2c3d4e
Content-Type: multipart/alternative; boundary="alt"

--alt
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:

jane@example.org (mailto:jane@example.org)
The recipient's mailbox is full and can't accept messages now.

--alt
Content-Type: text/html; charset="us-ascii"

<p>Delivery has failed to these recipients or groups:</p>
--alt--

--b1c2d3e4-0f5a-4b6c-8d7e-9f0a1b2c3d4e
Content-Type: message/delivery-status

Reporting-MTA: dns;EXCH01.example.org
Received-From-MTA: dns;mx.example.net
Arrival-Date: Fri, 27 Nov 2026 10:00:03 +0000

Original-Recipient: rfc822;jane@example.org
Final-recipient: rfc822;jane@example.org
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full;
 STOREDRV.Deliver.Exception:QuotaExceededException
X-Display-Name: Jane Doe

--b1c2d3e4-0f5a-4b6c-8d7e-9f0a1b2c3d4e
Content-Type: message/rfc822

{returned}
--b1c2d3e4-0f5a-4b6c-8d7e-9f0a1b2c3d4e--
"""


def notice(
    form: str,
    id_: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 <jane@example.org>: Recipient address rejected: User unknown",
) -> bytes:
    """The notice in this form about our message with this id, with the line ends of mail."""
    returned = RETURNED.format(id=id_)
    text = form.format(id=id_, returned=returned, action=action, status=status, words=words)
    return text.replace("\n", "\r\n").encode()
