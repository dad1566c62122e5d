"""The awarding organisation's staff, created by the command line, and how anybody first logs in."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from app.demo.client import Caller, DemoFailed
from app.demo.mailbox import Mailbox

NewCaller = Callable[[str], Caller]


@dataclass(frozen=True)
class LogIn:
    """Log-in details, which the summary prints."""

    role: str
    email: str
    password: str


@dataclass(frozen=True)
class _Part:
    """A member of staff; `role` as the command line spells it."""

    role: str
    label: str
    first_name: str
    last_name: str
    job_title: str


_ADMINISTRATOR = _Part("administrator", "Administrator", "Grace", "Lindqvist", "Systems administrator")
_OTHERS = (
    _Part("customer_experience", "Customer experience", "Amara", "Osei", "Customer experience adviser"),
    _Part("centre_lead", "Centre lead", "Tomos", "Prydderch", "Centre lead"),
    _Part("quality_assurance_manager", "QA manager", "Ruth", "Abelson", "Quality assurance manager"),
)

_SAME_DATA = (
    "Start the server and the demonstration with the same DATA_DIR and DATABASE_URL, or set PORT to another port."
)


@dataclass(frozen=True)
class Staff:
    """The staff, logged in."""

    administrator: Caller
    customer_experience: Caller
    centre_lead: Caller
    quality_assurance_manager: Caller
    log_ins: tuple[LogIn, ...]


def choose_password() -> str:
    """Return a random password."""
    return secrets.token_urlsafe(15)


def enter_first_time(caller: Caller, mailbox: Mailbox, email: str) -> tuple[Caller, str]:
    """Log in with the emailed first password, which only lets them replace it, and replace it (R06).

    Returns the caller with full access, and the chosen password.
    """
    first, chosen = mailbox.first_password(email), choose_password()
    session = caller.log_in(email, first)
    if session is None:
        raise DemoFailed(f"The log-in details that were mailed to {email} are not accepted.")
    if not session.body["must_change_password"]:
        raise DemoFailed(f"The first password of {email} need not be changed.")
    limited = caller.with_token(session.body["access_token"])
    body = {"current_password": first, "new_password": chosen}
    changed = limited.change("PUT", "/v1/me/password", body, on="/v1/me")
    return caller.with_token(changed.body["access_token"]), chosen


def gather_staff(new_caller: NewCaller, mailbox: Mailbox, notebook: Path, run: str) -> Staff:
    """Log the staff in: those of an earlier run whom the server still knows; the others are created.

    `notebook` keeps their log-in details from run to run, readable by its owner only; `run` makes addresses unique.
    Raises `DemoFailed` if the server and the command line use different data.
    """
    known = _read(notebook)
    entered: dict[str, Caller] = {}
    log_ins: dict[str, LogIn] = {}
    for part in (_ADMINISTRATOR, *_OTHERS):
        caller = new_caller(part.label)
        if part.role in known and (session := caller.log_in(known[part.role].email, known[part.role].password)):
            entered[part.role] = caller.with_token(session.body["access_token"])
            log_ins[part.role] = known[part.role]
            entered[part.role].says(f"{part.first_name} {part.last_name} logs in again")
    if _ADMINISTRATOR.role not in entered:
        entered[_ADMINISTRATOR.role], log_ins[_ADMINISTRATOR.role] = _make_administrator(new_caller, run)
    newcomers = [part for part in _OTHERS if part.role not in entered]
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda part: _create(part, run), newcomers)
        for part, email in zip(newcomers, made, strict=True):
            caller, password = enter_first_time(new_caller(part.label), mailbox, email)
            entered[part.role], log_ins[part.role] = caller, LogIn(part.label, email, password)
            caller.says(f"{part.first_name} {part.last_name} logs in with the emailed password, and replaces it")
    _write(notebook, log_ins)
    return Staff(**entered, log_ins=tuple(log_ins.values()))


def _make_administrator(new_caller: NewCaller, run: str) -> tuple[Caller, LogIn]:
    """Create the administrator with a password. A server that refuses it uses other data: find out first."""
    password = choose_password()
    try:
        email = _create(_ADMINISTRATOR, run, password)
    except DemoFailed as error:
        raise DemoFailed(f"{error} {_SAME_DATA}") from error
    caller = new_caller(_ADMINISTRATOR.label)
    session = caller.log_in(email, password)
    if session is None:
        raise DemoFailed(f"The server at this address and this command use different data. {_SAME_DATA}")
    caller = caller.with_token(session.body["access_token"])
    caller.says(f"{_ADMINISTRATOR.first_name} {_ADMINISTRATOR.last_name} is created by the command line, and logs in")
    return caller, LogIn(_ADMINISTRATOR.label, email, password)


def _create(part: _Part, run: str, password: str | None = None) -> str:
    """Run `python -m app staff create`; returns the log-in address."""
    email = f"{part.first_name}.{part.last_name}.{run}@staff.example.org".lower()
    command = [sys.executable, "-m", "app", "staff", "create", "--email", email, "--role", part.role]
    command += ["--first-name", part.first_name, "--last-name", part.last_name, "--job-title", part.job_title]
    command += ["--password-stdin"] if password else []
    done = subprocess.run(command, input=password or "", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DemoFailed(f"'staff create' failed for {email}: {done.stderr.strip()[-2000:]}")
    return email


def _read(notebook: Path) -> dict[str, LogIn]:
    if not notebook.exists():
        return {}
    kept: dict[str, dict[str, str]] = json.loads(notebook.read_text(encoding="utf-8"))
    return {role: LogIn(**log_in) for role, log_in in kept.items()}


def _write(notebook: Path, log_ins: dict[str, LogIn]) -> None:
    kept = json.dumps({role: asdict(log_in) for role, log_in in log_ins.items()}, indent=2)
    with os.fdopen(os.open(notebook, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(kept)
