"""What is mutated: every document of the corpora."""

from tests.integrations import file_samples as make
from tests.integrations.office_corpus import HONEST, HOSTILE

_PDFS = [
    make.pdf(),
    make.plain_pdf(make.page_objects()),
    make.with_action("/Launch"),
    make.with_object_stream(make.SCRIPT),
]

SEEDS: list[bytes] = [*(content for content, _ in (*HOSTILE.values(), *HONEST.values())), *_PDFS]
