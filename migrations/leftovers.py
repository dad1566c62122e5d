"""What only an earlier release uses: kept while that release may be serving, and gone from a fresh database.

Upgraded databases have it, others do not, and this release does not mind. The first migration of `DROPPED_IN` calls
`drop_leftovers`.
"""

from migrations.steps import briefly, drop_index
from migrations.written_words import MADE_FROM

DROPPED_IN = "1.4.0"
"""1.1.0 reads these columns and indexes, and its rows need the triggers."""

SEARCH = ("centres", "applications", "initial_applications", "recognitions")
_INDEX = "ix_recognitions_centre_name_id"
_FUNCTIONS = (
    "write_trading_name()",
    *(f"write_words_of_{table}()" for table in MADE_FROM),
    "written_words(text[], text[])",
    "written_split(text)",
    "written_fold(text)",
)


def drop_leftovers() -> None:
    """Drop whatever is there."""
    for table in SEARCH:
        drop_index(f"ix_{table}_search")
        briefly(f"ALTER TABLE {table} DROP COLUMN IF EXISTS search")
    drop_index(_INDEX)
    for table in MADE_FROM:
        briefly(*(f"DROP TRIGGER IF EXISTS write_words_of_{which} ON {table}" for which in ("new", "changed")))
    briefly("DROP TRIGGER IF EXISTS write_trading_name ON application_details")
    briefly(*(f"DROP FUNCTION IF EXISTS {function}" for function in _FUNCTIONS))
