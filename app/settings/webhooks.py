"""Where webhooks may go, and how long their log is kept."""

from typing import Annotated

from pydantic import Field

from app.settings.parts import Part


class Webhooks(Part):
    """Webhooks go to the public internet. With `loopback`, this machine may receive them too: for development."""

    loopback: bool = False
    log_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Attempts, and deliveries that arrived, are deleted after this time; deliveries that did not arrive are kept."""
