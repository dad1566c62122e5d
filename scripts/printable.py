"""Write `app/domain/printable_characters.py` from the fonts of the documents (`app/pdf/fonts/`).

Run `python scripts/printable.py` after a font was added. Typst has more fonts within it, for mathematics; names need
none of them.
"""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "app" / "pdf" / "fonts"
TARGET = ROOT / "app" / "domain" / "printable_characters.py"
_LONGEST_ROW = 100


def characters() -> set[int]:
    """The code points that a font has a glyph for."""
    return {code for font in sorted(FONTS.glob("*.ttf")) for code in _of_font(font.read_bytes())}


def _of_font(font: bytes) -> Iterator[int]:
    """Read the character maps of Unicode (OpenType 1.9, formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    at = next(
        offset
        for tag, _, offset, _ in (struct.unpack_from(">4sIII", font, 12 + 16 * each) for each in range(tables))
        if tag == b"cmap"
    )
    (encodings,) = struct.unpack_from(">H", font, at + 2)
    for each in range(encodings):
        platform, encoding, offset = struct.unpack_from(">HHI", font, at + 4 + 8 * each)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            yield from _of_table(font, at + offset)


def _of_table(font: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 12:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        for each in range(groups):
            first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * each)
            yield from (code for code in range(first, last + 1) if glyph + code - first)
    elif form == 4:
        (twice,) = struct.unpack_from(">H", font, at + 6)
        for each in range(0, twice, 2):
            (last,) = struct.unpack_from(">H", font, at + 14 + each)
            first, delta, offset = (
                struct.unpack_from(">H", font, at + 16 + twice * nth + each)[0] for nth in (1, 2, 3)
            )
            place = at + 16 + twice * 3 + each + offset
            for code in range(first, min(last, 0xFFFE) + 1):
                glyph = struct.unpack_from(">H", font, place + 2 * (code - first))[0] if offset else code
                if glyph and (glyph + delta) % 0x10000:
                    yield code


def ranges(codes: Iterable[int]) -> list[tuple[int, int]]:
    """The code points as ranges with both ends."""
    found: list[tuple[int, int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def module(codes: Iterable[int]) -> str:
    """The module's text."""
    rows, row = [], ""
    for first, last in ranges(codes):
        each = f"{first:X}" if first == last else f"{first:X}-{last:X}"
        if len(row) + len(each) >= _LONGEST_ROW:
            rows.append(row)
            row = ""
        row = f"{row} {each}".strip()
    lines = "\n".join(f'    "{each} "' for each in [*rows, row])
    return (
        '"""The characters that the fonts of the documents have, in ranges of code points. Made by\n'
        '`scripts/printable.py`.\n"""\n\nfrom typing import Final\n\n'
        f"RANGES: Final = (\n{lines}\n)\n"
    )


if __name__ == "__main__":
    TARGET.write_text(module(characters()), encoding="utf-8")
