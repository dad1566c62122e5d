"""A tagged text of very many paragraphs: page tree, structure tree, and its objects in streams, as writers do it."""

import zlib
from functools import cache

_OBJECTS_IN_A_STREAM = 200


@cache
def tagged(paragraphs: int) -> bytes:
    """A PDF with so many structure elements, each an object."""
    kids = range(7, 7 + paragraphs)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 5 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
        5: b"<</Type/StructTreeRoot/K 6 0 R>>",
        6: b"<</Type/StructElem/S/Document/P 5 0 R/K[%s]>>" % b" ".join(b"%d 0 R" % number for number in kids),
        **dict.fromkeys(kids, b"<</Type/StructElem/S/P/P 6 0 R/Pg 3 0 R>>"),
    }
    out, numbers = bytearray(b"%PDF-1.5\n"), sorted(objects)
    rows: dict[int, tuple[int, int, int]] = {}
    next_number = numbers[-1] + 1
    for start in range(0, len(numbers), _OBJECTS_IN_A_STREAM):
        part = numbers[start : start + _OBJECTS_IN_A_STREAM]
        body, index = b"", []
        for place, number in enumerate(part):
            index.append(b"%d %d" % (number, len(body)))
            body += objects[number] + b"\n"
            rows[number] = (2, next_number, place)
        head = b" ".join(index) + b"\n"
        rows[next_number] = (1, len(out), 0)
        out += _stream(next_number, b"/Type/ObjStm/N %d/First %d" % (len(part), len(head)), head + body)
        next_number += 1
    at = len(out)
    rows[next_number] = (1, at, 0)
    table = b"".join(
        bytes([kind]) + where.to_bytes(4, "big") + place.to_bytes(2, "big")
        for kind, where, place in (rows.get(number, (0, 0, 0)) for number in range(next_number + 1))
    )
    out += _stream(next_number, b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % (next_number + 1), table)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)


def _stream(number: int, entries: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n" % (
        number,
        entries,
        len(packed),
        packed,
    )
