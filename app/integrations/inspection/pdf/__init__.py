"""PDF (ISO 32000-2), read by qpdf: every object is judged by what it does, whatever refers to it."""

from app.integrations.inspection.pdf.document import MARK, inspect

__all__ = ["MARK", "inspect"]
