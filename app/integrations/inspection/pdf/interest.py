"""The names that make an object worth a look: what acts, what is attached, and what stands elsewhere."""

import re

MEDIA = frozenset({"Movie", "Sound", "Screen", "3D", "RichMedia"})
"""Kinds of annotations that are not allowed."""

_STRINGS = re.compile(rb"\([^()\\]*+(?:\\.[^()\\]*+)*+\)", re.DOTALL)
_ACTIONS = "JavaScript|Launch|SubmitForm|ImportData|GoToE|Rendition|GoTo3DView|RichMediaExecute"
_PLAYED = "OnInstantiate|SlideShow|Navigator|PS"
_KEYS = "OpenAction|AA|P?A|JS|EF|RF|XFA|EmbeddedFile|FFilter|FDecodeParms|Ref|EncryptedPayload"
_ENDS = rb"(?![^\s\0/<>\[\](){}%])"
_OF_INTEREST = re.compile(f"/(?:{_KEYS}|{_PLAYED}|{_ACTIONS}|{'|'.join(sorted(MEDIA))})".encode() + _ENDS)
_EXTERNAL = re.compile(rb"/F" + _ENDS)


def is_of_interest(written: bytes, *, of_stream: bool = False) -> bool:
    """True for an object, written as text with plain names, that must be looked at. Words in strings do not count."""
    if b"(" in written:
        written = _STRINGS.sub(b"()", written)
    return bool(_OF_INTEREST.search(written) or (of_stream and _EXTERNAL.search(written)))
