"""Scripts: only Acrobat's own functions that format, check or add up a field may be called, with literal arguments."""

import re

from pikepdf import Stream

from app.integrations.inspection.pdf.values import Value, decoded, text_of

_TEXT = r'"(?:[^"\\\r\n]|\\[^\r\n])*+"' + r"|'(?:[^'\\\r\n]|\\[^\r\n])*+'"
_LITERAL = rf"(?:{_TEXT}|[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)|true|false)"
_LIST = rf"(?:new\s++Array\s*+\(\s*+(?:{_LITERAL}\s*+,?\s*+)*+\)|\[\s*+(?:{_LITERAL}\s*+,?\s*+)*+\])"
_FUNCTION = r"AF(?:(?:Number|Percent|Date|Time|Special)_(?:Format|Keystroke)(?:Ex)?|Range_Validate|Simple_Calculate)"
_CALL = rf"{_FUNCTION}\s*+\(\s*+(?:(?:{_LIST}|{_LITERAL})\s*+,?\s*+)*+\)\s*+;?\s*+"
_CALLS = re.compile(rf"\s*+(?:{_CALL})*+", re.ASCII)
_LONGEST = 100_000


def script_of(value: Value) -> str | None:
    """The text of a script; None if it is too long, or cannot be read."""
    if value is None:
        return ""
    if isinstance(value, Stream):
        raw = value.read_bytes()
        return decoded(raw) if len(raw) <= _LONGEST else None
    text = text_of(value)
    return text if text is not None and len(text) <= _LONGEST else None


def is_empty(value: Value) -> bool:
    """True for a script that does nothing."""
    script = script_of(value)
    return script is not None and not script.strip("\0 \t\r\n")


def only_formats(value: Value) -> bool:
    """True for a script that calls nothing but Acrobat's own functions for fields."""
    script = script_of(value)
    return script is not None and _CALLS.fullmatch(script.strip("\0")) is not None
