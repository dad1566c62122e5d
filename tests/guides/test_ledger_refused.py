"""The example ledger sends a payment again until the API has judged it, and reports no amount that it would round."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.guides.ledger_stage import Books, Json

MONEY = {"amount": 100, "currency": "GBP"}
IN_PROGRESS = (409, {"code": "request_in_progress", "detail": "Wait."})


@contextmanager
def answering(*payments: tuple[int, Json]) -> Iterator[str]:
    """An API that has one invoice, and answers payments so, one after another. Each must be the same payment."""
    left = list(payments)
    sent: set[tuple[str, bytes]] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(200, {"items": [{"id": "1", "total": MONEY}]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if "token" in self.path:
                self._say(200, {"access_token": "x"})
                return
            sent.add((self.headers["Idempotency-Key"], body))
            self._say(*left.pop(0))

        def _say(self, status: int, body: Json) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
    assert not left, "every answer was asked for"
    assert len(sent) <= 1, "a lost answer must not become another payment"


def _books(folder: Path, url: str) -> Books:
    return Books(folder, {"API_URL": url, "CLIENT_ID": "x", "CLIENT_SECRET": "y"})


def _statement(folder: Path, amount: str) -> str:
    path = folder / "bank.csv"
    path.write_text(f"id,date,amount,invoice\na,2026-11-02,{amount},INV-2026-000001\n", encoding="utf-8")
    return str(path)


def test_a_payment_that_nobody_has_judged_goes_out_again(tmp_path: Path) -> None:
    refused: list[tuple[int, Json]] = [(429, {"code": "too_many_requests"}), (403, {"code": "forbidden"}), IN_PROGRESS]
    with answering(*refused, (201, {})) as url:
        for _ in refused:
            said = _books(tmp_path, url).run("pay", _statement(tmp_path, "1.00"))
            assert (said.returncode, said.stdout) == (1, "")
            assert "away or refused" in said.stderr
        said = _books(tmp_path, url).run("pay", _statement(tmp_path, "1.00"))
        assert (said.returncode, said.stdout) == (0, "Every payment is recorded\n")


@pytest.mark.parametrize("amount", ["1.005", "1e-3", "NaN"])
def test_an_amount_with_parts_of_a_penny_is_not_rounded(tmp_path: Path, amount: str) -> None:
    with answering() as url:
        said = _books(tmp_path, url).run("pay", _statement(tmp_path, amount))
    assert said.returncode == 1
    assert said.stderr == f"a: {amount} is no whole number of pence\n"
