"""Files that cannot be handed out."""

from app.domain.refusals.base import Conflict


class ScanPending(Conflict):
    """This file still waits for the virus scanner. Try again when its 'scan_state' is 'clean'."""


class FileInfected(Conflict):
    """The virus scanner found a virus in this file, so nobody can download it. It needs a clean version."""


class ScanFailed(Conflict):
    """The virus scanner could not check this file, so nobody can download it. It needs another version."""
