"""The ledger's commands.

    python -m ledger receive           # receive webhooks, until it is stopped
    python -m ledger post              # read the feed, post what is new, write the books
    python -m ledger pay FILE.csv      # report payments of a bank statement
    python -m ledger prove             # check the books against the API's reconciliation

Settings come from the environment: API_URL, CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRETS (separated by spaces), PORT and
BOOKS, the folder for the Beancount file and the database.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from ledger import bank, book
from ledger.api import Api
from ledger.receiver import make_receiver
from ledger.store import Store


def main(arguments: list[str]) -> int:
    """Run a command. 0 if all is well, 1 if a person must look, 2 for a wrong call."""
    if not arguments or arguments[0] not in _COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    books = Path(os.environ.get("BOOKS", "books"))
    books.mkdir(parents=True, exist_ok=True)
    try:
        return _COMMANDS[arguments[0]](Store(books / "ledger.sqlite"), books / "books.beancount", arguments[1:])
    except httpx.HTTPError as error:
        # Nothing is lost: the next run goes on where this one stopped.
        print(f"The API is away or refused: {error}", file=sys.stderr)
        return 1


def _receive(store: Store, _books: Path, _rest: list[str]) -> int:
    with make_receiver(int(os.environ.get("PORT", "8800")), os.environ["WEBHOOK_SECRETS"].split(), store) as server:
        print(f"Receiving on http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()
    return 0


def _post(store: Store, books: Path, _rest: list[str]) -> int:
    posted = book.catch_up(_api(), store)
    book.write(store, books)
    print(f"{posted} events posted")
    return 0


def _pay(store: Store, _books: Path, rest: list[str]) -> int:
    store.keep_bank_lines(bank.read_statement(Path(rest[0])))
    complaints = bank.report(_api(), store)
    print("\n".join(complaints) or "Every payment is recorded")
    return 1 if complaints else 0


def _prove(store: Store, books: Path, _rest: list[str]) -> int:
    api = _api()
    book.catch_up(api, store)
    complaints = book.prove(api, store, books)
    print(complaints or "The books agree with the API")
    return 1 if complaints else 0


def _api() -> Api:
    return Api(os.environ["API_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])


_COMMANDS: Mapping[str, Callable[[Store, Path, list[str]], int]] = {
    "receive": _receive,
    "post": _post,
    "pay": _pay,
    "prove": _prove,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
