"""The data folder and the configuration of the built-in server."""

import os
import pwd
import shutil
from pathlib import Path

from app.database_roles import ROLES
from app.integrations.postgres.account import Account, launch
from app.integrations.postgres.binaries import major_version, program, reason, run
from app.integrations.postgres.errors import EmbeddedPostgresError

PORT = 5432
SUPERUSER = "postgres"
OWNER = DATABASE = "centre_recognition"

_DURABLE = """
fsync = on
synchronous_commit = on
full_page_writes = on
"""

_FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
"""

# Log neither statement errors nor details: constraint violations are routine here, and their details quote personal
# data.
_CONFIGURATION = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
hba_file = '{folder}/pg_hba.conf'
ident_file = '{folder}/pg_ident.conf'
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
default_text_search_config = 'pg_catalog.english'
log_min_messages = log
log_error_verbosity = terse
log_checkpoints = off
{durability}"""


def ensure_cluster(folder: Path, account: Account) -> Path:
    """Create the data folder `folder/cluster` if it does not exist, and return its path.

    Text is UTF-8 and sorts by code point, the same on every machine. Raises `EmbeddedPostgresError` if the data belong
    to another major version of PostgreSQL or cannot be created.
    """
    cluster = folder / "cluster"
    if cluster.exists():
        _check_version(cluster)
        return cluster
    # Build under another name and rename, so that a start killed half-way never leaves a partial data folder.
    unfinished = folder / "cluster.new"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    account.give(unfinished)
    made = run(
        launch(
            account,
            unfinished,
            [
                *(str(program("initdb")), "--pgdata", str(unfinished), "--username", SUPERUSER, "--auth", "peer"),
                *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                *("--no-instructions", "--text-search-config", "pg_catalog.english"),
            ],
        )
    )
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise EmbeddedPostgresError(f"The database in {folder} could not be created: {reason(made.stderr)}")
    unfinished.rename(cluster)
    return cluster


def configure(folder: Path, socket_folder: Path, account: Account, *, fast_for_tests: bool) -> Path:
    """Write the server's configuration next to its data, and return the path of the main file.

    Only the server's account, this process's account and root may connect, authenticated by the kernel (peer
    authentication). Nobody else can reach the socket, and there is no TCP port.
    """
    people = sorted({account.name, pwd.getpwuid(os.getuid()).pw_name, "root"})
    identities = [f'embedded "{person}" {role}\n' for person in people for role in (SUPERUSER, OWNER, *ROLES)]
    _write(folder / "pg_hba.conf", "local all all peer map=embedded\n")
    _write(folder / "pg_ident.conf", "".join(identities))
    main = folder / "postgresql.conf"
    _write(
        main,
        _CONFIGURATION.format(
            port=PORT,
            socket_folder=_quoted(socket_folder),
            folder=_quoted(folder),
            durability=_FAST if fast_for_tests else _DURABLE,
        ),
    )
    return main


def _check_version(cluster: Path) -> None:
    try:
        made_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise EmbeddedPostgresError(
            f"{cluster} is not a PostgreSQL data folder: move it away and try again."
        ) from error
    if made_by != major_version():
        raise EmbeddedPostgresError(
            f"The data in {cluster} belong to PostgreSQL {made_by}, and this release brings {major_version()}: "
            "dump them with the release that made them, and load the dump into a new folder."
        )


def _write(path: Path, text: str) -> None:
    # Replace the file instead of writing to it: the name could be a symbolic link to another file.
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.write_bytes(os.fsencode(text))
    fresh.chmod(0o644)
    fresh.replace(path)


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("'", "''")
