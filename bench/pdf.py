"""PDF files of a wanted size, with pages and fonts as a word processor writes them and one picture that fills them."""

import os
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, NumberObject

PAGES = 12


def pdf_of(size: int) -> bytes:
    """A sound PDF of about `size` bytes."""
    writer = PdfWriter()
    for _ in range(PAGES):
        page = writer.add_blank_page(595, 842)
        text = DecodedStreamObject()
        text.set_data(b"BT /F1 12 Tf 72 720 Td (Appeals procedure for candidates) Tj ET")
        page[NameObject("/Contents")] = writer._add_object(text)
    picture = DecodedStreamObject()
    picture.set_data(os.urandom(size))
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(size),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
        }
    )
    writer._add_object(picture)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
