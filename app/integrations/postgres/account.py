"""The operating-system account that the server runs as, which must not be root."""

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from app.integrations.postgres.binaries import program
from app.integrations.postgres.errors import EmbeddedPostgresError

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


@dataclass(frozen=True)
class Account:
    """The account that runs the server. `switch` is true if this process is root and has to switch to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def give(self, path: Path) -> None:
        """Make the account the owner of `path`, which this process has just created."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(cluster: Path) -> Account:
    """Return the current account, or for root the owner of the data in `cluster`, or `nobody` if there are none yet."""
    try:
        if os.getuid() != 0:
            entry, switch = pwd.getpwuid(os.getuid()), False
        elif cluster.exists() and cluster.stat().st_uid != 0:
            entry, switch = pwd.getpwuid(cluster.stat().st_uid), True
        else:
            entry, switch = pwd.getpwnam("nobody"), True
    except KeyError as error:
        raise EmbeddedPostgresError(
            "The built-in database needs an account with a name (for root, the account 'nobody'), "
            "and this machine has none: set DATABASE_URL to a PostgreSQL server."
        ) from error
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switch=switch)


def launch(account: Account, cluster: Path, command: list[str], *, detach_to: Path | None = None) -> list[str]:
    """Return the command line that runs `command` as the account; with `detach_to`, as a daemon that logs there."""
    options = ["--detach-to", str(detach_to)] if detach_to else []
    if account.switch:
        options += ["--uid", str(account.uid), "--gid", str(account.gid)]
        for capability in _needed_capabilities(cluster):
            options += ["--capability", str(capability)]
    launcher = str(Path(__file__).with_name("launcher.py"))
    return [sys.executable, "-I", launcher, *options, "--", *command]


def _needed_capabilities(cluster: Path) -> list[int]:
    """Return the Linux capabilities that the account needs to reach its data and the programs, usually none."""
    server = program("postgres")
    if not server.stat().st_mode & stat.S_IXOTH:
        sufficient = [CAP_DAC_OVERRIDE]
    elif not all(parent.stat().st_mode & stat.S_IXOTH for parent in (*cluster.parents, *server.parents)):
        # Prefer the first, which only allows reading and searching; root in a container often has only the second.
        sufficient = [CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE]
    else:
        return []
    for capability in sufficient:
        if _held_capabilities() >> capability & 1:
            return [capability]
    raise EmbeddedPostgresError(
        f"The built-in database cannot run for root here, since another account may not enter {cluster.parent} or "
        f"run {server}: start as an ordinary user, or set DATABASE_URL."
    )


def _held_capabilities() -> int:
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapPrm:")), 16)
