"""Pieces of a DOCX: fields, relations, types and parts."""

from tests.integrations.file_samples import WORD, content_types, docx, relationships

W_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC_NAMES = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SVG_NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
VML_NAMES = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def runs(*pieces: str) -> str:
    return "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)


def field(inner: str, result: str = "") -> str:
    """A field; `inner` is its XML, or its instruction."""
    inner = inner if inner.startswith("<") else runs(inner)
    return f"<w:p>{mark('begin')}{inner}{mark('separate')}{result}{mark('end')}</w:p>"


def nested(inner: str) -> str:
    """A field within a paragraph."""
    return f"{mark('begin')}{runs(inner)}{mark('separate')}{mark('end')}"


def of(instruction: str) -> bytes:
    """A DOCX with a field."""
    return docx(body=field(instruction.replace('"', "&quot;")))


def related(kind: str, target: str, *, external: bool = True, part: str = "word/_rels/document.xml.rels") -> bytes:
    """A DOCX with a relation."""
    return docx({part: relationships((kind, target, external))})


def typed(*overrides: tuple[str, str], defaults: str = "") -> str:
    """The declared types, with more parts."""
    return content_types(("/word/document.xml", f"{WORD}.document.main+xml"), *overrides, defaults=defaults)


def drawing(inner: str = "", attributes: str = "") -> str:
    """A drawing (SVG)."""
    return f"<svg {SVG_NAMES} {attributes}>{inner}</svg>"


def part(inner: str, root: str = "hdr") -> str:
    """A part of the text, such as a header."""
    return f"<w:{root} {W_NAMES}>{inner}</w:{root}>"


CHANGED = "<w:del w:id='1'>{}</w:del>"
