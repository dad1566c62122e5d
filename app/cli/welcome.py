"""The message printed at start: where everything is and how to log in."""

import shlex
import sys
from pathlib import Path

from app.settings import Settings


def welcome(settings: Settings, address: str, administrator: str | None, password: str | None) -> str:
    """Return the lines to print once the server accepts requests. Pass `password` only if it was just generated."""
    if password is not None:
        secret = f"{password}   (shown only this once)"
    elif settings.admin_password is not None:
        secret = "the value of ADMIN_PASSWORD when the administrator was created"
    else:
        secret = f"shown at the first start; to reset it: POST {address}/v1/password-resets"
    mail = f"captured in {settings.data_dir / 'mail'}; to read it: {_command(settings)} mail list"
    if settings.smtp.host is not None:
        mail = f"sent through {settings.smtp.host}"
    rows = (
        ("API", f"{address}/v1"),
        ("Interactive docs", f"{address}/docs"),
        ("Log in as", administrator or f"nobody yet: {_command(settings)} staff create --help"),
        ("  password", secret),
        ("Email", mail),
        *((("Mail preview", f"{address}/mail (on this machine only)"),) * (not settings.production)),
        *((("Sandbox", "on: anyone who can reach this server can change and delete everything"),) * settings.sandbox),
        ("Data", str(settings.data_dir.absolute())),
        ("Stop", "Ctrl+C"),
    )
    width = max(len(name) for name, _ in rows) + 2
    return "\n".join(
        ["", "Centre recognition is running.", "", *(f"  {name:<{width}}{value}" for name, value in rows), ""]
    )


def _command(settings: Settings) -> str:
    """The command line of this very program, on the same data, to be copied into another terminal of this folder."""
    python, here = Path(sys.executable), Path.cwd()
    program = shlex.quote(str(python.relative_to(here) if python.is_relative_to(here) else python))
    same_data = settings.data_dir == Settings.model_fields["data_dir"].default
    return f"{'' if same_data else f'DATA_DIR={shlex.quote(str(settings.data_dir))} '}{program} -m app"
