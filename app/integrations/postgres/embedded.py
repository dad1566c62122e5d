"""Start, share and stop the built-in server."""

import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from sqlalchemy import URL

from app.integrations.postgres import locks
from app.integrations.postgres.account import account_for
from app.integrations.postgres.cluster import DATABASE, OWNER, PORT, ensure_cluster
from app.integrations.postgres.errors import EmbeddedPostgresError
from app.integrations.postgres.server import Server, ensure_started, stop
from app.integrations.postgres.sockets import discard_temporary_folder, socket_folder_for


class RunningPostgres:
    """This process's use of the built-in server, until `stop()` or the end of a `with` block."""

    def __init__(self, server: Server, use_lock: int, *, fast_for_tests: bool) -> None:
        self._server = server
        self._use_lock: int | None = use_lock
        self._fast_for_tests = fast_for_tests
        self._changing = threading.Lock()

    @property
    def folder(self) -> Path:
        """The folder that holds the data, the configuration and the log `postgres.log`."""
        return self._server.folder

    @property
    def url(self) -> str:
        """The URL of the database `centre_recognition`, for SQLAlchemy with asyncpg, as the owning role."""
        return self.url_as(OWNER)

    def url_as(self, role: str) -> str:
        """The URL with another role: one of `ROLES`."""
        address = URL.create(
            "postgresql+asyncpg",
            username=role,
            database=DATABASE,
            query={"host": str(self._server.socket_folder), "port": str(PORT)},
        )
        return address.render_as_string(hide_password=False)

    def ensure_running(self) -> None:
        """Restart the server if it was killed; quick if it was not. Raises `EmbeddedPostgresError`.

        The `url` stays the same unless the socket is in a temporary folder that was cleaned up.
        """
        with self._changing:
            if self._use_lock is not None:
                with locks.starting_or_stopping(self.folder):
                    # Another process may have restarted it with a new temporary socket folder.
                    socket_folder = socket_folder_for(self.folder, self._server.account)
                    server = replace(self._server, socket_folder=socket_folder)
                    self._server = ensure_started(server, fast_for_tests=self._fast_for_tests)

    def stop(self) -> None:
        """Stop using the server, and shut it down if no other process uses it. A second call is a no-op."""
        with self._changing:
            if self._use_lock is None:
                return
            with locks.starting_or_stopping(self.folder):
                use_lock, self._use_lock = self._use_lock, None
                if locks.last_to_leave(self.folder, use_lock):
                    stop(self._server)
                    discard_temporary_folder(self.folder, self._server.account)

    def __enter__(self) -> "RunningPostgres":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def start(folder: Path, *, fast_for_tests: bool) -> RunningPostgres:
    """Implement `app.integrations.postgres.start_embedded` for an absolute `folder`."""
    try:
        account = account_for(folder / "cluster")
        folder.mkdir(parents=True, exist_ok=True)
        # If root starts the server, its account must be able to pass through the folder, but not list it.
        folder.chmod(0o711 if account.switch else 0o700)
        with locks.starting_or_stopping(folder):
            cluster = ensure_cluster(folder, account)
            stopped = Server(folder, cluster, socket_folder_for(folder, account), account)
            server = ensure_started(stopped, fast_for_tests=fast_for_tests)
            return RunningPostgres(server, locks.use(folder), fast_for_tests=fast_for_tests)
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The database folder {folder} cannot be used: {error.filename or folder}: {error.strerror}."
        ) from error
