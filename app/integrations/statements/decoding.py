"""Text from bytes: UTF-8, UTF-16 by its mark, or Windows-1252; what is none of them is refused with its line."""

import codecs

from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.statements.faults import Faults

# Not "utf-8-sig": the confined process cannot load it any more.
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be", codecs.BOM_UTF8: "utf-8"}


def decode(data: bytes, faults: Faults) -> str:
    """Raises `Unreadable`."""
    text = _decoded(data, faults)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise faults.stop(
            InputFaultCode.STATEMENT_UNREADABLE, f"Line {line:,} has a NUL character. Download the statement again."
        )
    return text


def _decoded(data: bytes, faults: Faults) -> str:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, faults)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file in Windows-1252 has next to nothing that is also UTF-8. Where both stand, something broke the file.
        if any(ord(sign) > 127 for sign in data.decode("utf-8", "ignore")):
            raise _broken(faults, data, error) from error
    return _strictly(data, "cp1252", faults)


def _strictly(data: bytes, encoding: str, faults: Faults) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(faults, data, error) from error


def _broken(faults: Faults, data: bytes, error: UnicodeDecodeError) -> Exception:
    line = data.count(b"\n", 0, error.start) + 1
    return faults.stop(
        InputFaultCode.STATEMENT_UNREADABLE,
        f"Line {line:,} has bytes that are no text in UTF-8, UTF-16 with its mark, or Windows-1252. Download the "
        "statement again, or save it as UTF-8.",
    )
