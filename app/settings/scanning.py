"""The virus scanner."""

from enum import StrEnum
from pathlib import Path

from app.settings.parts import Part, Port


class VirusScan(StrEnum):
    """Whether uploads are scanned where a scanner is named."""

    ON = "on"
    OFF = "off"


class ClamdAddress(Part):
    """A clamd on another machine, or by its socket on this one."""

    host: str | None = None
    port: Port = 3310
    socket: Path | None = None

    @property
    def named(self) -> bool:
        """True if there is an address."""
        return self.host is not None or self.socket is not None
