"""Where on paper something stands: the number of the page."""

from functools import cached_property

from pikepdf import Pdf

from app.integrations.inspection.pdf.values import Value, apart, elements, entry, name_of

_MOST_PAGES = 2_000
_MOST_ANNOTATIONS = 50_000
_HIGHEST = 10


class Places:
    """The pages of a document. They are read when something was found that is to be told."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf

    def of(self, value: Value) -> str | None:
        """ "page 3" for the page, or for an annotation or field of it; None for anything else."""
        if (identity := apart(value)) is not None and identity in self._pages:
            return f"page {self._pages[identity]}"
        page = entry(value, "P")
        if (identity := apart(page)) is not None and name_of(entry(page, "Type")) == "Page":
            return f"page {self._pages[identity]}" if identity in self._pages else None
        return None

    @cached_property
    def _pages(self) -> dict[tuple[int, int], int]:
        """The page of each page, annotation and field that stands by itself."""
        found: dict[tuple[int, int], int] = {}
        for number, page in enumerate(self._pdf.pages, start=1):
            if number > _MOST_PAGES or len(found) > _MOST_ANNOTATIONS:
                break
            found.setdefault(page.obj.objgen, number)
            for annotation in elements(entry(page.obj, "Annots")):
                part: Value = annotation
                # A field stands above its widgets, and its parents above it.
                for _ in range(_HIGHEST):
                    if (identity := apart(part)) is None:
                        break
                    found.setdefault(identity, number)
                    part = entry(part, "Parent")
                for key in ("AA", "A"):
                    if (identity := apart(entry(annotation, key))) is not None:
                        found.setdefault(identity, number)
        return found
