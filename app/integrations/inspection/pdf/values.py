"""Values of a PDF as plain Python. Writers put anything anywhere, so each function takes every kind of value."""

import codecs
from collections.abc import Iterator
from typing import TypeAlias

from pikepdf import Array, Dictionary, Name, Object, Stream, String

Value: TypeAlias = object
"""A pikepdf object, or a number, a boolean or None."""


def name_of(value: Value) -> str | None:
    """The name without its slash. `str(value)` would fail on names that are not UTF-8."""
    return value.unparse(resolved=True).decode("latin-1")[1:] if isinstance(value, Name) else None


def text_of(value: Value) -> str | None:
    """The text of a string."""
    return decoded(bytes(value)) if isinstance(value, String) else None


def decoded(raw: bytes) -> str:
    """A text string (7.9.2.2): UTF-16 or UTF-8 with its mark, or else one byte a letter."""
    for mark, encoding in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if raw.startswith(mark):
            return raw[2:].decode(encoding, "replace")
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")


def is_dictionary(value: Value) -> bool:
    """True for a dictionary, and for a stream, whose dictionary counts."""
    return isinstance(value, Dictionary | Stream)


def entry(holder: Value, key: str) -> Value:
    """The value of a key, with its reference followed; None if there is none."""
    return holder.get(f"/{key}") if isinstance(holder, Dictionary | Stream) else None


def entries(holder: Value) -> Iterator[tuple[str, Value]]:
    """The keys, without their slashes, and the values."""
    if isinstance(holder, Stream):
        holder = holder.stream_dict
    if isinstance(holder, Dictionary):
        for key, value in holder.items():
            yield key[1:], value


def elements(value: Value) -> Iterator[Value]:
    """The elements of an array."""
    if isinstance(value, Array):
        for index in range(len(value)):
            yield value[index]


def apart(value: Value) -> tuple[int, int] | None:
    """The number and generation of an object that stands by itself; None for a value within another."""
    return value.objgen if isinstance(value, Object) and value.is_indirect else None
