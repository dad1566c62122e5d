"""Bodies that are no JSON, as text that can be written down: whole files where they are small enough to be sent as
they stand, and else how one begins."""

from typing import Final

RICH_TEXT: Final = (
    "{\\rtf1\\ansi Appeals procedure for candidates. A candidate who disagrees with a result writes to us.}"
)
# One empty page. The lines of the table in it are 20 bytes long each (ISO 32000-1 section 7.5.4).
PDF: Final = """\
%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >> endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000058 00000 n\x20
0000000115 00000 n\x20
trailer << /Size 4 /Root 1 0 R >>
startxref
186
%%EOF
"""
_CALENDAR: Final = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Centre recognition//EN\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:0198ac51-2b9d-7f4e-a386-1d3f5b7c9e20\r
DTSTAMP:20261123T101500Z\r
DTSTART:20261130T100000Z\r
DTEND:20261130T110000Z\r
SUMMARY:Centre recognition interview\r
END:VEVENT\r
END:VCALENDAR\r
"""
_METRICS: Final = """\
# HELP centre_recognition_http_requests_total Requests, by method, operation and status.
# TYPE centre_recognition_http_requests_total counter
centre_recognition_http_requests_total{method="GET",operation="getApplication",status="200"} 42.0
"""
_RECORDS: Final = """\
"id","occurred_at","area","type","summary","aggregate_type","aggregate_id","aggregate_sequence",\
"application_id","centre_id","actor_kind","actor_id","actor_name","actor_roles","before","after"\r
"01a0f2a1-5c40-7c3f-8d21-4b6e90aa51f3","2026-09-14T09:30:00Z","documents","document.published",\
"Centre agreement, version 2, published","document","01a05bfb-7000-703c-89c2-1a05030ba4a5","1",\
"","","person","019fc6a3-0400-7950-9afb-5e3c2b4511e9","Lee Grant","administrator",\
"{""kind"":""centre_agreement"",""version"":1}","{""kind"":""centre_agreement"",""version"":2}"\r
"""
_RECORDS_IN_LINES: Final = (
    '{"id":"01a0f2a1-5c40-7c3f-8d21-4b6e90aa51f3","type":"document.published","summary":"Centre agreement, version 2, '
    'published","occurred_at":"2026-09-14T09:30:00Z","aggregate":{"type":"document",'
    '"id":"01a05bfb-7000-703c-89c2-1a05030ba4a5","sequence":1},"actor":{"kind":"person",'
    '"id":"019fc6a3-0400-7950-9afb-5e3c2b4511e9","name":"Lee Grant","roles":["administrator"]},'
    '"before":{"version":1},"after":{"version":2},"area":"documents","application_id":null,"centre_id":null}\n'
)
_ELECTRONIC_INVOICE: Final = """\
<?xml version='1.0' encoding='UTF-8'?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" \
xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" \
xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>INV-2026-000045</cbc:ID>
  …
"""

ANSWERS: Final[dict[str, tuple[str, str]]] = {
    "text/calendar": ("calendar", _CALENDAR),
    "text/plain": ("metrics", _METRICS),
    "text/csv": ("csv", _RECORDS),
    "application/jsonl": ("json_lines", _RECORDS_IN_LINES),
    "application/octet-stream": ("file", "%PDF-1.4…"),
    "application/pdf": ("pdf", PDF),
    "application/xml": ("ubl", _ELECTRONIC_INVOICE),
    "application/rtf": ("rtf", RICH_TEXT),
    "application/msword": ("doc", "\u00d0\u00cf\u0011\u00e0…"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx", "PK\u0003\u0004…"),
    "application/vnd.oasis.opendocument.text": ("odt", "PK\u0003\u0004…"),
}
"""An answer of each media type: the name of the example, and its text."""

UPLOADS: Final = {"publishDocument": PDF}
"""What an operation takes that does not take Rich Text."""
