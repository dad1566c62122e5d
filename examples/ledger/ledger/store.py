"""What the ledger must not lose, in one SQLite file: events, how far it has read the feed, and payments to report."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ledger.api import Json

_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, event TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS postings (event_id TEXT PRIMARY KEY, position INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS feed (
    one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT NOT NULL, position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS bank (
    id TEXT PRIMARY KEY, invoice TEXT NOT NULL, pence INTEGER NOT NULL, received_on TEXT NOT NULL, answer TEXT
);
"""


class BankLine(NamedTuple):
    """Money that arrived: the bank's id of it, the invoice number that the payer quoted, and when."""

    id: str
    invoice: str
    pence: int
    received_on: str


class Store:
    """Every method is one transaction, so a crash loses nothing and does nothing by halves."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connection() as connection:
            connection.executescript(_TABLES)

    def keep_event(self, event: Json) -> bool:
        """Keep an event that was pushed. False if it is there already: webhooks arrive at least once."""
        with self._connection() as connection:
            return _insert(connection, event)

    def keep_page(self, events: Iterable[Json], cursor: str) -> None:
        """Keep a page of the feed, and where to go on. Both, or neither."""
        with self._connection() as connection:
            last = 0
            for event in events:
                _insert(connection, event)
                last = event["position"]
            connection.execute(
                "INSERT INTO feed VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET cursor = excluded.cursor, "
                "position = max(position, excluded.position)",
                (cursor, last),
            )

    def cursor(self) -> str | None:
        """Where to go on reading the feed."""
        with self._connection() as connection:
            found = connection.execute("SELECT cursor FROM feed").fetchone()
        return found[0] if found else None

    def unposted(self) -> list[Json]:
        """The events to post, in the order of the feed. Events beyond what was read of the feed wait: one that was
        pushed may have overtaken another."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT event FROM events WHERE position <= (SELECT coalesce(max(position), 0) FROM feed) "
                "AND id NOT IN (SELECT event_id FROM postings) ORDER BY position"
            ).fetchall()
        return [json.loads(event) for (event,) in rows]

    def post(self, event: Json, text: str) -> None:
        """Keep what an event means in the books."""
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO postings VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (event["id"], event["position"], text)
            )

    def postings(self) -> list[str]:
        """Everything posted, in order."""
        with self._connection() as connection:
            rows = connection.execute("SELECT text FROM postings WHERE text <> '' ORDER BY position").fetchall()
        return [text for (text,) in rows]

    def keep_bank_lines(self, lines: Iterable[BankLine]) -> None:
        """Keep payments to report. A line that is there already is the same payment."""
        with self._connection() as connection:
            connection.executemany("INSERT INTO bank VALUES (?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING", lines)

    def unreported(self) -> list[BankLine]:
        """Payments that the API has not answered for."""
        with self._connection() as connection:
            rows = connection.execute("SELECT id, invoice, pence, received_on FROM bank WHERE answer IS NULL")
            return [BankLine(*row) for row in rows.fetchall()]

    def note_answer(self, line: BankLine, answer: str) -> None:
        """Keep what the API said, so that the payment is not sent again."""
        with self._connection() as connection:
            connection.execute("UPDATE bank SET answer = ? WHERE id = ?", (answer, line.id))

    def answers(self) -> dict[str, str | None]:
        """What became of each payment."""
        with self._connection() as connection:
            return dict(connection.execute("SELECT id, answer FROM bank").fetchall())

    def _connection(self) -> "_Transaction":
        return _Transaction(self._path)


class _Transaction:
    """A connection for one transaction. The receiver's threads and other processes wait for each other."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=30)

    def __enter__(self) -> sqlite3.Connection:
        return self._connection.__enter__()

    def __exit__(self, *error: Any) -> None:
        try:
            self._connection.__exit__(*error)
        finally:
            self._connection.close()


def _insert(connection: sqlite3.Connection, event: Json) -> bool:
    values = (event["id"], event["position"], json.dumps(event))
    return connection.execute("INSERT INTO events VALUES (?, ?, ?) ON CONFLICT DO NOTHING", values).rowcount == 1
