"""What somebody who has just started the product for the first time needs to know."""

from app.settings import Settings


def welcome(settings: Settings, address: str, administrator: str | None, password: str | None) -> str:
    """The lines to print once requests are taken. `password` is the administrator's where it was made up just now."""
    if password is not None:
        secret = f"{password}   (shown this once)"
    elif settings.admin_password is not None:
        secret = "as in ADMIN_PASSWORD when the administrator was made"
    else:
        secret = f"as shown at the first start; a new one: POST {address}/v1/password-resets"
    mail = f"captured in {settings.data_dir / 'mail'}; python -m app mail list"
    if settings.smtp.host is not None:
        mail = f"goes out through {settings.smtp.host}"
    rows = (
        ("API", f"{address}/v1"),
        ("Interactive docs", f"{address}/docs"),
        ("Log in as", administrator or "nobody yet: python -m app staff create --help"),
        ("  password", secret),
        ("Email", mail),
        *((("Mail preview", f"{address}/mail (on this machine only)"),) * (not settings.production)),
        *((("Sandbox", "on: whoever reaches this can make, move, read and delete everything"),) * settings.sandbox),
        ("Data", str(settings.data_dir.absolute())),
        ("Stop", "Ctrl+C"),
    )
    width = max(len(name) for name, _ in rows) + 2
    return "\n".join(
        ["", "Centre recognition is running.", "", *(f"  {name:<{width}}{value}" for name, value in rows), ""]
    )
