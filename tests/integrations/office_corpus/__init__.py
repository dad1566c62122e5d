"""Office documents with the verdict that each must get: one table for the tests and for the fuzzer."""

from tests.integrations.office_corpus import (
    attempts,
    doc_files,
    docx_files,
    embedded_files,
    later_files,
    odt_files,
    rtf_files,
    third_round,
)
from tests.integrations.office_corpus.table import Honest, Hostile

_FAMILIES = (doc_files, docx_files, embedded_files, odt_files, rtf_files, later_files, attempts, third_round)

HOSTILE: Hostile = {name: entry for family in _FAMILIES for name, entry in family.HOSTILE.items()}
HONEST: Honest = {name: entry for family in _FAMILIES for name, entry in family.HONEST.items()}
