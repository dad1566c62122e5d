"""A file's name as a person typed it, made safe to keep and to send (RFC 6266, RFC 8187)."""

import re
import unicodedata
from urllib.parse import quote

from app.domain.characters import visible
from app.integrations.inspection.kinds import FileKind

MAX_CHARACTERS = 200

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
# Extensions that would disguise a document or run it as a program.
_EXTENSIONS = re.compile(
    r"(?i:pdf|doc[xm]?|dot[xm]?|od[ts]|ott|rtf|txt|x?html?|mht|svg|xml|zip|7z|rar|iso|exe|com|bat|cmd|scr|pif|"
    r"msi|jse?|vb[se]|wsf|hta|lnk|ps1|jar|app|sh|xls[xm]?|ppt[xm]?)"
)
_ATTR_CHAR = "!#$&+-.^_`|~"


def clean_filename(name: str | None, kind: FileKind) -> str:
    """The last part of `name`, at most 200 characters, with the extension of the file's kind.

    Letters of every script stay. Folders, control characters, marks that turn the direction of writing and characters
    that a file system refuses go; an empty result becomes `document`.
    """
    last = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(_kept(character) for character in unicodedata.normalize("NFC", last))
    stem = _NOT_IN_A_NAME.sub("_", " ".join(visible(kept).split())).rstrip(" .")
    while "." in stem and _EXTENSIONS.fullmatch(stem.rpartition(".")[2].strip()):
        stem = stem.rpartition(".")[0].rstrip(" .")
    stem = stem.lstrip(" .")
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    extension = f".{kind.value}"
    return (stem[: MAX_CHARACTERS - len(extension)].rstrip(" .") or "document") + extension


def content_disposition(filename: str) -> str:
    """A download's `Content-Disposition`: a name in ASCII for every client, the true one beside it (RFC 6266, 4.3)."""
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode("ascii")
    # A percent sign or a backslash in the quoted form is read differently from one browser to the next.
    fallback = re.sub(r'[^ -~]|["\\%]', "_", plain).strip() or "document"
    stem, dot, extension = fallback.rpartition(".")
    if dot and not stem.strip("_ "):
        fallback = f"document.{extension}"
    header = f'attachment; filename="{fallback}"'
    if fallback == filename:
        return header
    encoded = quote(filename.encode("utf-8", "replace"), safe=_ATTR_CHAR)
    return f"{header}; filename*=UTF-8''{encoded}"


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    # Tabs and line breaks are control characters that separate words.
    if category in _SPACES or character in "\t\n\r\v\f":
        return " "
    return "" if category in _DROPPED else character
