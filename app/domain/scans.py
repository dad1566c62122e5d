"""What may be done with a file, by what the virus scanner says of it."""

from app.domain.refusals.files import FileInfected, ScanFailed, ScanPending
from app.domain.uploads import ScanState, scan_state


def require_scanned(stored: ScanState | None, *, scanning: bool) -> None:
    """Raise `ScanPending`, `FileInfected` or `ScanFailed` unless the file can be handed out."""
    match scan_state(stored, scanning=scanning):
        case ScanState.PENDING:
            raise ScanPending
        case ScanState.INFECTED:
            raise FileInfected
        case ScanState.FAILED:
            raise ScanFailed
