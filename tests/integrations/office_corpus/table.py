"""The columns of the table of documents."""

from app.integrations.inspection import RefusalCode
from app.integrations.inspection.notices import NoticeCode

Hostile = dict[str, tuple[bytes, RefusalCode]]
"""By name: the file, and why it is refused."""

Honest = dict[str, tuple[bytes, set[NoticeCode]]]
"""By name: the file, and what is told of it."""

MACROS = RefusalCode.MACROS
ACTIVE = RefusalCode.ACTIVE_CONTENT
REMOTE = RefusalCode.REMOTE_CONTENT
ENCRYPTED = RefusalCode.ENCRYPTED
DAMAGED = RefusalCode.DAMAGED
DISGUISED = RefusalCode.DISGUISED
COMPLEX = RefusalCode.TOO_COMPLEX
UNKNOWN = RefusalCode.UNKNOWN_KIND

LOCAL = {NoticeCode.LOCAL_REFERENCES}
WEB = {NoticeCode.WEB_PICTURES}
LINK = {NoticeCode.LOCAL_LINKS}
INERT = {NoticeCode.INERT_LINKS}
EMBEDDED = {NoticeCode.EMBEDDED_DOCUMENTS}
NOTHING: set[NoticeCode] = set()

UNC = r"\\evil.example\share\x"
# In a field and in RTF each backslash is doubled.
FIELD_UNC = r"\\\\evil.example\\share\\x"
