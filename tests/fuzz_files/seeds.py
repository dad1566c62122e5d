"""What is mutated: every document of the corpora."""

from tests.integrations.corpus import pdf_attempts
from tests.integrations.corpus.pdf_honest import HONEST as HONEST_PDFS
from tests.integrations.corpus.pdf_hostile import HOSTILE as HOSTILE_PDFS
from tests.integrations.corpus.pdf_variants import VARIANTS
from tests.integrations.office_corpus import HONEST, HOSTILE

_LARGEST = 200_000

_PDF_ATTEMPTS = (*pdf_attempts.HOSTILE.values(), *pdf_attempts.HONEST.values())
_OFFICE = [content for content, _ in (*HOSTILE.values(), *HONEST.values())]
_PDFS = [content for content, _ in (*HOSTILE_PDFS.values(), *HONEST_PDFS.values(), *VARIANTS.values(), *_PDF_ATTEMPTS)]

SEEDS: list[bytes] = [content for content in (*_OFFICE, *_PDFS) if len(content) <= _LARGEST]
