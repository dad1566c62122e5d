"""The benchmark counts statements in PostgreSQL's log."""

from pathlib import Path

from bench.statements import Count, StatementLog

_SENT = """\
counted LOG:  statement: BEGIN;
counted LOG:  execute __asyncpg_stmt_1__: SELECT 1
\tFROM people
counted LOG:  execute __asyncpg_stmt_2__:
\tWITH counted AS (SELECT 1) SELECT * FROM counted
counted LOG:  statement: INSERT INTO people VALUES (1)
counted LOG:  statement: COMMIT;
counted LOG:  statement: SELECT pg_advisory_unlock_all();
LOG:  checkpoint starting: time
"""


async def test_transactions_and_resets_are_counted_apart(tmp_path: Path) -> None:
    """A statement may begin on the line after its name, and go on over several. Earlier lines do not count."""
    log = tmp_path / "postgres.log"
    log.write_text(_SENT)

    async def ask() -> None:
        with log.open("a") as written:
            written.write(_SENT)

    assert await StatementLog(log, "").count(ask, 2) == Count(statements=3, around=3)


async def test_the_request_that_sends_fewest_counts(tmp_path: Path) -> None:
    """The first on a new connection may look up types."""
    log, sent = tmp_path / "postgres.log", iter((_SENT + _SENT, _SENT, _SENT + _SENT))
    log.touch()

    async def ask() -> None:
        with log.open("a") as written:
            written.write(next(sent))

    assert await StatementLog(log, "").count(ask, 3) == Count(statements=3, around=3)
