"""PDFs as other programs write them: reportlab, fpdf2, Pillow, pypdf and typst, with what people put into documents."""

import io
import warnings
from collections.abc import Callable, Mapping

import typst
from fpdf import FPDF
from fpdf.enums import AccessPermission
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Highlight, Link
from pypdf.generic import ArrayObject, Fit, FloatObject, NameObject, RectangleObject, TextStringObject
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from app.domain.policies import PolicyKey
from app.domain.uploads import NoticeCode
from app.samples import sample_policy
from tests.integrations.corpus.pdf_honest import ATTACHED, PLAIN, RESTRICTED

Notices = tuple[NoticeCode, ...]


def produced() -> Mapping[str, tuple[bytes, Notices]]:
    """Every document, by producer and content."""
    with warnings.catch_warnings():
        # They are about the programs' own ways, and the suite takes a warning for an error.
        warnings.simplefilter("ignore")
        return {
            **{f"reportlab, {name}": (_canvas(make), told) for name, (make, told) in _CANVASES.items()},
            "reportlab, a report": (_report(), ()),
            "reportlab, landscape": (_canvas(lambda c: c.setPageSize(landscape(A4))), ()),
            "reportlab, restricted": (
                _canvas(lambda _: None, StandardEncryption("", "o")),
                RESTRICTED,
            ),
            **{f"fpdf2, {name}": (_fpdf(make), told) for name, (make, told) in _FPDFS.items()},
            **{f"pypdf, {name}": (_pypdf(make), told) for name, (make, told) in _PYPDFS.items()},
            **{f"Pillow, {mode}": (_scan(mode), ()) for mode in ("1", "L", "RGB", "CMYK", "P")},
            "Pillow, two pages": (_scan("RGB", 2), ()),
            **{f"typst, {name}": (typst.compile(text.encode()), ()) for name, text in _TYPST.items()},
            "typst, archived": (typst.compile(b"= A policy", pdf_standards="a-2b"), ()),
            **{
                f"our own, {key.value}": (sample.content, ())
                for key in PolicyKey
                if (sample := sample_policy(key)).media_type == "application/pdf"
            },
        }


def _canvas(draw: Callable[[Canvas], object], encrypt: StandardEncryption | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=encrypt)
    draw(canvas)
    canvas.drawString(72, 720, "The policy of the centre")
    canvas.save()
    return out.getvalue()


_CANVASES: Mapping[str, tuple[Callable[[Canvas], object], Notices]] = {
    "text": (lambda canvas: canvas.drawString(72, 700, "/JavaScript and /Launch"), ()),
    "a title": (lambda canvas: canvas.setTitle("/JavaScript for beginners"), ()),
    "a link": (lambda canvas: canvas.linkURL("https://example.com/JavaScript", (0, 0, 9, 9)), ()),
    "a bookmark": (lambda c: (c.bookmarkPage("a"), c.addOutlineEntry("/Launch a course", "a")), ()),
    "a link within": (lambda c: (c.bookmarkPage("a"), c.linkAbsolute("a", "a", (0, 0, 9, 9))), ()),
    "shapes": (lambda canvas: (canvas.circle(90, 90, 20), canvas.rect(9, 9, 50, 50, fill=1)), ()),
    "an outline shown": (lambda canvas: canvas.showOutline(), ()),
    "a form": (lambda canvas: (canvas.acroForm.textfield(name="a"), canvas.acroForm.checkbox(name="b")), ()),
    "a choice": (lambda canvas: canvas.acroForm.choice(name="a", options=["x", "y"], value="x"), ()),
    "turning pages": (lambda canvas: canvas.setPageTransition("Wipe", 1), ()),
    "unpacked": (lambda canvas: canvas.setPageCompression(0), ()),
}


def _report() -> bytes:
    out = io.BytesIO()
    style = getSampleStyleSheet()["Normal"]
    rows = [[str(n), f"/Launch {n}"] for n in range(200)]
    SimpleDocTemplate(out).build([Paragraph('A <a href="https://example.com">link</a>', style), Table(rows)])
    return out.getvalue()


def _fpdf(change: Callable[[FPDF], object]) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="The policy of the centre")
    change(pdf)
    return bytes(pdf.output())


_FPDFS: Mapping[str, tuple[Callable[[FPDF], object], Notices]] = {
    "text": (lambda pdf: pdf.cell(text="/JavaScript"), ()),
    "a link": (lambda pdf: pdf.link(0, 0, 9, 9, "https://example.com"), ()),
    "a link within": (lambda pdf: pdf.link(0, 0, 9, 9, pdf.add_link(page=1)), ()),
    "a table": (lambda pdf: pdf.write_html("<table><tr><td>a</td><td>b</td></tr></table>"), ()),
    "headings": (lambda pdf: pdf.write_html("<h1>/Launch</h1><p>Text</p>"), ()),
    "a section": (lambda pdf: pdf.start_section("/OpenAction"), ()),
    "an opening view": (lambda pdf: pdf.set_display_mode("fullpage", "two"), ()),
    "a comment": (lambda pdf: pdf.text_annotation(0, 0, "/JavaScript"), ()),
    "a highlight": (lambda pdf: pdf.free_text_annotation("a", 0, 0, 9, 9), ()),
    "an attached text": (lambda pdf: pdf.embed_file(bytes=b"a,b", basename="grid.csv"), ATTACHED),
    "restricted": (lambda pdf: pdf.set_encryption("owner", permissions=AccessPermission.none()), RESTRICTED),
    "metadata": (lambda pdf: pdf.set_xmp_metadata("<x:xmpmeta xmlns:x='adobe:ns:meta/'>/JavaScript</x:xmpmeta>"), ()),
}


def _pypdf(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PLAIN)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


_BOX = RectangleObject((0, 0, 90, 90))
_PYPDFS: Mapping[str, tuple[Callable[[PdfWriter], object], Notices]] = {
    "copied": (lambda writer: writer.add_blank_page(90, 90), ()),
    "a link": (lambda writer: writer.add_annotation(0, Link(rect=_BOX, url="https://example.com")), ()),
    "a link within": (
        lambda writer: writer.add_annotation(0, Link(rect=_BOX, target_page_index=0, fit=Fit.fit())),
        (),
    ),
    "a note": (lambda writer: writer.add_annotation(0, FreeText(text="/JavaScript", rect=_BOX)), ()),
    "a mark": (
        lambda writer: writer.add_annotation(0, Highlight(rect=_BOX, quad_points=_quadrilateral())),
        (),
    ),
    "an attached text": (lambda writer: writer.add_attachment("a.txt", b"text"), ATTACHED),
    "metadata": (lambda writer: writer.add_metadata({"/Title": "/JavaScript"}), ()),
    "an opening page": (lambda writer: writer.open_destination, ()),
    "restricted": (lambda writer: writer.encrypt("", "owner", algorithm="AES-256"), RESTRICTED),
    "a name of its own": (
        lambda writer: writer.root_object.update({NameObject("/Of"): TextStringObject("/AA")}),
        (),
    ),
}


def _quadrilateral() -> ArrayObject:
    return ArrayObject(FloatObject(n) for n in (0, 0, 9, 0, 0, 9, 9, 9))


def _scan(mode: str, pages: int = 1) -> bytes:
    """A page as a scanner or a telephone makes it."""
    images = []
    for _ in range(pages):
        image = Image.new("RGB", (60, 80), "white")
        ImageDraw.Draw(image).line((0, 0, 60, 80), fill="black")
        images.append(image.convert(mode))
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:])
    return out.getvalue()


_TYPST = {
    "text": "= A policy\nThe words /JavaScript and /Launch.",
    "a link": '#link("https://example.com")[here] and #link("mailto:a@example.com")',
    "a table of contents": "#outline()\n= One\n== /OpenAction\n= Two",
    "a table": "#table(columns: 2, [a], [b])",
    "mathematics": "$ sum_(n=1)^10 n^2 $",
    "notes": "Text#footnote[/EmbeddedFile].",
    "a picture": "#rect(fill: gradient.linear(red, blue))",
    "forty pages": "#for n in range(40) [ = Part #n\n #lorem(300) #pagebreak(weak: true)]",
}
