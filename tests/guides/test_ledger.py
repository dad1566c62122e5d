"""The example ledger balances, with doubled and reordered webhooks, crashes and a day away."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from tests.guides.ledger_stage import Books, Desk, Json, free_port, register, sign_in, until

ENOUGH = 60


@pytest.fixture
def api(sandbox: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox, timeout=ENOUGH) as client:
        yield client


def made(api: httpx.Client, state: str = "awaiting_payment") -> Json:
    found: Json = api.post("/v1/sandbox/applications", json={"state": state}).raise_for_status().json()
    return found


def paid_in(finance: Desk, invoice: str, pence: int) -> Json:
    body = {
        "amount": {"amount": pence, "currency": "GBP"},
        "method": "cheque",
        "received_on": datetime.now(UTC).date().isoformat(),
    }
    return finance.post(f"/v1/invoices/{invoice}/payments", body)


def test_the_books_agree_whatever_happens(api: httpx.Client, sandbox: str, tmp_path: Path) -> None:
    worlds = [made(api) for _ in range(5)]
    staff = worlds[-1]["staff"]
    finance, administrator = sign_in(api, staff["finance"]), sign_in(api, staff["administrator"])
    port = free_port()
    books = register(administrator, sandbox, port, tmp_path)
    invoices = [world["invoice_id"] for world in worlds]
    numbers = [finance.get(f"/v1/invoices/{id_}")["number"] for id_ in invoices]
    today = datetime.now(UTC).date().isoformat()

    # What happened before the ledger was there is in the feed. One of these zones has another day than London.
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        elsewhere = replace(books, settings=books.settings | {"TZ": zone})
        assert elsewhere.run("prove").returncode == 0, zone
    with books.receiving() as (_, receiver):
        # Bank lines: in full, too much, one twice, and one that nobody knows.
        statement = tmp_path / "bank.csv"
        lines = [("a", "500.00", numbers[0]), ("b", "620.50", numbers[1]), ("c", "100.00", numbers[2])]
        rows = [f"{id_},{today},{amount},{number}" for id_, amount, number in lines]
        statement.write_text("\n".join(["id,date,amount,invoice", *rows, rows[0], f"d,{today},1.00,thank you"]) + "\n")
        said = books.run("pay", str(statement))
        assert (said.returncode, said.stdout) == (1, "d: there is no invoice thank you\n")
        statement.write_text("\n".join(["id,date,amount,invoice", *rows]) + "\n")
        assert books.run("pay", str(statement)).returncode == 0
        assert [finance.get(f"/v1/invoices/{id_}")["paid"]["amount"] for id_ in invoices[:3]] == [50000, 62050, 10000]
        until(lambda: books.pushed("payment.recorded") >= 3)

        # The receiver dies, and a day of finance's work is not heard.
        receiver.send_signal(signal.SIGKILL)
        receiver.wait(ENOUGH)
        payment = finance.get(f"/v1/invoices/{invoices[0]}/payments")["items"][0]
        finance.post(
            f"/v1/invoices/{invoices[0]}/payments/{payment['id']}/reversal", {"reason": "The bank took it back."}
        )
        refund = {"amount": {"amount": 12050, "currency": "GBP"}, "method": "bank_transfer", "refunded_on": today}
        finance.post(f"/v1/invoices/{invoices[1]}/refunds", refund)
        finance.post(f"/v1/invoices/{invoices[2]}/replacement", {"reason": "The purchase order number was missing."})
        finance.post(f"/v1/invoices/{invoices[3]}/waiver", {"reason": "Agreed with the board."})
        part = {"amount": {"amount": 5000, "currency": "GBP"}, "reason": "An agreed reduction."}
        finance.post(f"/v1/invoices/{invoices[4]}/credit-notes", part)
        paid_in(finance, invoices[4], 45000)

    # Killed in the middle of posting, it goes on where it stopped.
    post = books.start("post")
    until(lambda: post.poll() is not None or len(books.postings()) > 8)
    post.kill()
    post.communicate(timeout=ENOUGH)
    before = len(books.postings())
    proof = books.run("prove")
    assert (proof.returncode, proof.stdout) == (0, "The books agree with the API\n"), proof.stderr
    assert len(books.postings()) >= before
    assert books.run("post").stdout == "0 events posted\n"
    assert "Refund on invoice" in books.text
    (ref,) = finance.get(f"/v1/invoices/{invoices[4]}")["external_refs"]
    assert (ref["system"], ref["sync_state"]) == ("example-ledger", "synced")
    assert "waived" in books.text

    # Pushed twice and the wrong way round, events change nothing.
    with books.receiving() as (url, _):
        events = books.events()
        for event in [*reversed(events[-6:]), *events[-3:]]:
            assert push(url, books.secret, event) == 204
        assert push(url, books.secret, {**events[-1], "id": "forged"}, headers={"webhook-signature": "v1,c2Vj"}) == 400
        assert push(url, books.secret, {**events[-1], "id": "forged"}, headers={"webhook-signature": "none"}) == 400
    assert books.run("prove").returncode == 0
    assert books.events() == events

    # One that overtakes what is not in the feed yet waits for it.
    with books.receiving() as (url, _):
        ahead = {**events[-1], "id": "ahead", "position": events[-1]["position"] + 2}
        assert push(url, books.secret, ahead) == 204
    assert books.run("post").stdout == "0 events posted\n"

    # A proof that cannot fail proves nothing.
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE postings SET text = replace(text, '620.50', '620.51')")
    connection.close()
    wrong = books.run("prove")
    assert wrong.returncode == 1
    assert "Balance failed" in wrong.stdout


def push(url: str, secret: str, event: Json, headers: dict[str, str] | None = None) -> int:
    body, now = json.dumps(event), datetime.now(UTC)
    signed = {
        "webhook-id": event["id"],
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(event["id"], now, body),
    }
    return httpx.post(url, content=body, headers=signed | (headers or {}), timeout=ENOUGH).status_code


def test_it_says_so_where_the_api_is_away(tmp_path: Path) -> None:
    books = Books(tmp_path, {"API_URL": f"http://127.0.0.1:{free_port()}", "CLIENT_ID": "x", "CLIENT_SECRET": "y"})
    said = books.run("post")
    assert said.returncode == 1
    assert "away" in said.stderr
    assert books.run("nonsense").returncode == 2
