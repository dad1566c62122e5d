"""The mail relay, and who gets the replies."""

from typing import Annotated

from pydantic import Field, SecretStr

from app.settings.parts import Email, Part, Port


class Smtp(Part):
    """An SMTP relay. Without a host, mail is captured in `DATA_DIR/mail`."""

    host: str | None = None
    port: Port = 587
    username: str | None = None
    password: SecretStr | None = None
    start_tls: bool = True
    plain: bool = False
    connections: Annotated[int, Field(ge=1, le=100)] = 5
    repeat_after_seconds: Annotated[float, Field(ge=5, le=86_400)] = 300


class Bounces(Part):
    """Where mail that cannot be delivered returns to, and the IMAP mailbox that it is read from."""

    address: Email | None = None
    per_letter: bool = False
    imap_host: str | None = None
    imap_port: Port = 993
    start_tls: bool = True
    plain: bool = False
    username: str | None = None
    password: SecretStr | None = None
    folder: Annotated[str, Field(min_length=1, max_length=200)] = "INBOX"


class ReplyTo(Part):
    """Who gets the replies to letters of each stage, where it is not the help contact (R25)."""

    applications: Email | None = None
    enquiries: Email | None = None
    finance: Email | None = None
