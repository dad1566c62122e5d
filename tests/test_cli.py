"""The command line as operators use it: one-line errors, then started, killed and started again."""

import contextlib
import getpass
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import httpx
import pytest
import structlog

from app.cli import main
from app.cli.runtime import migrate, with_database
from app.pdf.sample_documents import render_sample
from app.settings import AwardingOrganisation, Settings, get_settings

ROOT = Path(__file__).parents[1]
EMAIL = "operator@example.com"
PASSWORD = "a-Password-nobody-guesses"


@dataclass(frozen=True)
class Done:
    """The result of a command."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Run a command in this process, on the data in a folder. Restores the logging configuration after the test."""
    handlers, configured = logging.getLogger().handlers[:], structlog.get_config()

    def run(folder: Path, *words: str, stdin: str = "", **settings: str) -> Done:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        for name, value in _environment(folder, settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["app", *words])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        get_settings.cache_clear()
        capsys.readouterr()
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            for name in settings:
                monkeypatch.delenv(name)
            get_settings.cache_clear()
        return Done(status, *capsys.readouterr())

    yield run
    logging.getLogger().handlers[:] = handlers
    structlog.configure(**configured)


def _environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    return {"DATA_DIR": str(folder), "LOG_LEVEL": "WARNING"} | settings


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """`run` in a separate process."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = _free_port()
        self.folder = folder
        self.output = folder.with_name(f"output-{self.port}")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "run"],
                cwd=ROOT,
                env=_inherited() | _environment(folder, {"PORT": str(self.port), **settings}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 60
        while "Centre recognition is running" not in self.output_text:
            assert self.process.poll() is None, self.output_text
            assert time.monotonic() < deadline, self.output_text
            time.sleep(0.05)

    @property
    def output_text(self) -> str:
        """The output so far."""
        return self.output.read_text()

    def log_in(self, email: str = EMAIL, password: str = PASSWORD) -> int:
        """Log in and return the status."""
        body = {"email": email, "password": password}
        return httpx.post(f"http://127.0.0.1:{self.port}/v1/sessions", json=body, timeout=10).status_code

    def get(self, path: str) -> int:
        """Send a GET and return the status."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10).status_code

    def end(self, kind: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, wait for the process to end and return its exit status."""
        self.process.send_signal(kind)
        return self.process.wait(40)


@contextlib.contextmanager
def running(folder: Path, **settings: str) -> Iterator[Running]:
    started = Running(folder, **settings)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a migrated database, shared by this module's tests."""
    made = tmp_path_factory.mktemp("cli") / "data"
    with with_database(Settings(data_dir=made)) as (ready, _):
        migrate(ready)
        yield made


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (("run",), {"ENVIRONMENT": "production"}, "'run' is for development"),
        (("run",), {"PORT": "many"}, "PORT: "),
        (("run",), {"SETTINGS_FILE": "/nowhere/settings.toml"}, "SETTINGS_FILE: the file cannot be read"),
        (("serve",), {"ENVIRONMENT": "production"}, "SECRET_KEY"),
        (("worker",), {"ENVIRONMENT": "production"}, "SMTP__HOST"),
        (("migrate",), {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database cannot be used"),
        (("migrate",), {"DATABASE_URL": "nonsense"}, "DATABASE_URL: this is not a database URL"),
        (("staff", "list"), {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database cannot be used"),
        (("mail", "show"), {}, "There is no such mail"),
        (("serve",), {"SANDBOX": "true", "ENVIRONMENT": "production"}, "SANDBOX: the sandbox cannot run in production"),
        (("worker",), {"SANDBOX": "true", "SMTP__HOST": "relay.example.com"}, "SANDBOX: the sandbox captures mail"),
    ],
)
def test_what_the_operator_can_mend_is_said_without_a_traceback(
    command: Command, tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    done = command(tmp_path / "data", *words, **settings)
    assert done.status == 1, done.err
    assert done.err.startswith("error: ")
    assert sentence in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("words", [("run",), ("serve",), ("worker",), ("staff", "list")])
def test_no_command_makes_a_sandbox_of_a_database_that_served_without_it(
    command: Command, folder: Path, words: tuple[str, ...]
) -> None:
    assert command(folder, "staff", "list").status == 0
    done = command(folder, *words, SANDBOX="true", PORT="0")
    assert done.status == 1, done.err
    assert "error: SANDBOX: this database holds real data and never becomes a sandbox" in done.err


def test_a_port_in_use_is_one_line(command: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = command(tmp_path / "data", "run", PORT=str(taken.getsockname()[1]))
    assert done.status == 1
    assert re.fullmatch(r"error: Cannot listen on .* Choose another PORT\.\n", done.err)


def test_the_product_runs_is_killed_and_runs_again(command: Command, folder: Path) -> None:
    settings = {"ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": PASSWORD}
    with running(folder, **settings) as first:
        assert first.get("/livez") == 200
        assert first.get("/readyz") == 200
        assert EMAIL in first.output_text
        assert PASSWORD not in first.output_text
        assert str(folder / "mail") in first.output_text
        assert first.log_in() == 201
        assert first.log_in(password="wrong-Password-altogether") == 401
        options = ("--email", "new@example.com", "--first-name", "Sam", "--last-name", "Lee", "--role", "finance")
        assert command(folder, "staff", "create", *options).status == 0
        _await(lambda: "new@example.com" in command(folder, "mail", "list").out)
        first.end(signal.SIGKILL)
    with running(folder, **settings) as second, running(folder, **settings) as beside:
        assert second.log_in() == 201
        assert beside.log_in() == 201
        shown = command(folder, "mail", "show", "--to", "new@example.com").out
        password = re.search(r"first password is:\s+(\S+)", shown)
        assert password is not None
        assert second.log_in("new@example.com", password[1]) == 201
        assert beside.end() == 0
        assert second.end(signal.SIGINT) == 0
        assert "Traceback" not in second.output_text


def test_staff_are_made_and_listed(command: Command, folder: Path) -> None:
    create = ("staff", "create", "--first-name", "Kim", "--last-name", "Lee", "--role", "centre_lead")
    refused = command(folder, *create, "--email", "kim@example.com", "--password-stdin", stdin="short\n")
    assert (refused.status, refused.out) == (1, "")
    made = command(folder, *create, "--email", "kim@example.com", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert made.status == 0, made.err
    again = command(folder, *create, "--email", "kim@example.com")
    assert again.status == 1
    assert "already belongs to a staff member" in again.err
    assert command(folder, *create, "--email", "nonsense").status == 1
    listed = command(folder, "staff", "list").out
    assert "kim@example.com  Kim Lee  centre_lead" in listed
    # Reading the list is not recorded, and whoever fails has tried.
    wanted = "SELECT detail, actor_name FROM security_events WHERE kind = 'operator_command' ORDER BY id"
    script = f"for row in await session.execute(sqlalchemy.text({wanted!r})): print(row[1], *row[0].values())"
    lines = command(folder, "shell", stdin=script).out.splitlines()
    assert lines[-4:] == [f"The operator {getpass.getuser()} {told}" for told in (*["staff create"] * 3, "shell")]


def test_an_operator_gives_a_role_alone_and_it_is_recorded(command: Command, folder: Path) -> None:
    """As where there is only one administrator."""
    create = ("staff", "create", "--first-name", "Ann", "--last-name", "Ray", "--email", "ann@example.com")
    made = command(folder, *create, "--role", "customer_experience", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert made.status == 0, made.err
    grant = ("staff", "grant", "--role", "finance", "--role", "quality_assurance_manager", "--email")
    assert "No staff member has the address" in command(folder, *grant, "nobody@example.com").err
    given = command(folder, *grant, "ann@example.com")
    assert given.out == "ann@example.com now has the role customer_experience, finance, quality_assurance_manager.\n"
    wanted = "SELECT kind, actor_name, detail FROM security_events ORDER BY id DESC LIMIT 4"
    script = f"for row in await session.execute(sqlalchemy.text({wanted!r})): print(*row)"
    lines = command(folder, "shell", stdin=script).out
    assert "role_granted The operator {'roles': ['finance', 'quality_assurance_manager']}" in lines
    assert "'command': 'staff grant finance quality_assurance_manager'" in lines


def test_a_document_is_published(command: Command, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "agreement.pdf"
    file.write_bytes(b"not a document")
    refused = command(folder, "documents", "publish", "centre_agreement", str(file))
    assert refused.status == 1
    assert "Traceback" not in refused.err
    file.write_bytes(render_sample("centre_agreement", AwardingOrganisation()))
    done = command(folder, "documents", "publish", "centre_agreement", str(file))
    assert done.status == 0, done.err
    assert done.out.startswith("Published ")


def test_the_version_is_that_of_the_project(command: Command, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert command(tmp_path, "--version").out == f"centre-recognition {project['version']}\n"


def test_nothing_is_held_in_a_fresh_deployment(command: Command, folder: Path) -> None:
    assert command(folder, "jobs", "held").err == "0 held.\n"
    assert command(folder, "jobs", "retry").out == "0 will be retried.\n"


def test_where_the_built_in_database_cannot_run_one_line_says_so(tmp_path: Path) -> None:
    """Remove the modules that Windows lacks. Patch `os.name` in one module only: `pathlib` would follow it."""
    script = (
        "import sys, types\n"
        "sys.modules.update(dict.fromkeys(('pwd', 'grp', 'fcntl', 'resource')))\n"
        "import app.integrations.postgres as postgres\n"
        "from app.cli import main\n"
        "postgres.os = types.SimpleNamespace(name='nt')\n"
        "sys.argv = ['app', 'run']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=_inherited() | _environment(tmp_path, {"PORT": "0"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == "error: The built-in database does not run on Windows itself: use the Linux subsystem.\n"
    assert done.returncode == 1


def _await(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
