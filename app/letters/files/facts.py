"""What letters say of a file that the virus scanner does not let through."""

from dataclasses import dataclass

from app.database import Work
from app.domain.policies import POLICIES
from app.domain.uploads import ScanState
from app.models import Application, Document, PolicyVersion
from app.queries.scans import FileRef, action_of, find_file, policy_of


@dataclass(frozen=True)
class FileFacts:
    """A file with the application it belongs to, if any; `document` is its title in words."""

    file_name: str
    document: str
    finding: str
    application: Application | None


async def refused_file(work: Work, ref: FileRef) -> FileFacts | None:
    """Load the facts; None if the file was replaced meanwhile, or a later scan found it clean."""
    row = await find_file(work.session, ref)
    if row is None or row.redacted_at is not None or row.scan_state not in (ScanState.INFECTED, ScanState.FAILED):
        return None
    infected = row.scan_state is ScanState.INFECTED
    finding = f"It has a virus: {row.scan_detail}." if infected else "It could not be checked for viruses."
    if isinstance(row, Document):
        return FileFacts(row.file_name, f"{row.title}, version {row.version}", finding, None)
    if isinstance(row, PolicyVersion):
        policy, application, newest = await policy_of(work.session, row)
        guide = POLICIES[policy.key]
        title = f"{guide.letter}) {guide.title}, version {row.number}"
    else:
        action, application, newest = await action_of(work.session, row)
        title = f"Evidence {row.number} for action {action.number}"
    return FileFacts(row.file_name, title, finding, application) if newest else None
