"""What the fields of word processing documents do, from their instructions."""

import pytest

from app.domain.uploads import NoticeCode
from app.integrations.inspection.fields import NESTED, judge_field
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.refusals import FileRefused, RefusalCode

ACTIVE, REMOTE = RefusalCode.ACTIVE_CONTENT, RefusalCode.REMOTE_CONTENT

REFUSED = {
    r"DDEAUTO c:\\windows\\system32\\cmd.exe": ACTIVE,
    "\tDDE excel x y": ACTIVE,
    "dde\u00a0excel": ACTIVE,
    "D\u200bDE excel": ACTIVE,
    '"DDEAUTO" excel': ACTIVE,
    'DDEAUTO"excel"': ACTIVE,
    "DDE": ACTIVE,
    f"{NESTED} excel": ACTIVE,
    f"DD{NESTED} excel": ACTIVE,
    f"{NESTED}AUTO excel": ACTIVE,
    "QUOTE 68 68 69 65 85 84 79": ACTIVE,
    "QUOTE 0x44 0x44 0x45": ACTIVE,
    'QUOTE "DDE"': ACTIVE,
    'QUOTE "D" "D" "E"': ACTIVE,
    'QUOTE "INCLUDEPICTURE" x': ACTIVE,
    r'INCLUDEPICTURE "\\\\host\\share\\x.png"': REMOTE,
    r"INCLUDEPICTURE \\\\host\\x.png \d": REMOTE,
    'INCLUDEPICTURE "file://host/x.png"': REMOTE,
    r'INCLUDEPICTURE \d "\\\\host\\x.png"': REMOTE,
    f'INCLUDEPICTURE "{NESTED}"': REMOTE,
    "INCLUDEPICTURE “//host/x.png”": REMOTE,
    'INCLUDEPICTURE "search-ms:query=x"': REMOTE,
    'INCLUDETEXT "http://example.com/x.docx"': REMOTE,
    r'includetext "\\\\host\\x.docx"': REMOTE,
    "INCLUDE http://example.com/x": REMOTE,
    r'IMPORT "\\\\host\\x.png"': REMOTE,
    r'LINK Excel.Sheet.12 "\\\\host\\x.xlsx" R1C1:R2C2 \a': REMOTE,
    r'LINK Excel.Sheet.12 "http://example.com/x.xlsx"': REMOTE,
    f"LINK Excel.Sheet.12 {NESTED}": REMOTE,
    r'RD "\\\\host\\x.docx"': REMOTE,
    r'DATABASE \d "\\\\host\\x.mdb"': REMOTE,
    r'DATABASE \d "C:\\x.odc" \c "DRIVER={SQL Server};SERVER=evil.example;UID=x"': REMOTE,
    r'DATABASE \c "Provider=x;Data Source=evil.example" \s "SELECT 1"': REMOTE,
}
PASSED: dict[str, NoticeCode | None] = {
    'HYPERLINK "http://example.com"': None,
    r'HYPERLINK "\\\\host\\share"': NoticeCode.LOCAL_LINKS,
    'HYPERLINK "javascript:alert(1)"': NoticeCode.INERT_LINKS,
    r'INCLUDEPICTURE "media\\image.png" \* MERGEFORMAT': None,
    r'INCLUDEPICTURE "https://example.com/logo.png" \* MERGEFORMATINET': NoticeCode.WEB_PICTURES,
    r'INCLUDEPICTURE "C:\\Users\\anna\\logo.png"': NoticeCode.LOCAL_REFERENCES,
    'INCLUDEPICTURE "cid:image001.png@01D"': NoticeCode.LOCAL_REFERENCES,
    r'LINK Excel.Sheet.12 "C:\\grid.xlsx" R1C1:R2C2 \a \f 0 \p': NoticeCode.LOCAL_REFERENCES,
    r'LINK Excel.Sheet.12 "C:\\grid.xlsx" "Sheet1!R1C1:R2C2"': NoticeCode.LOCAL_REFERENCES,
    r'DATABASE \c "Provider=x;Data Source=C:\\x.mdb"': NoticeCode.LOCAL_REFERENCES,
    r'DATE \@ "dd MMMM yyyy"': None,
    "PAGE": None,
    "= 1 + 2": None,
    "MACROBUTTON DoFieldClick [Enter the name]": None,
    f"IF {NESTED} = 1 yes no": None,
    "DDESCRIPTION": None,
    "a bookmark called DDE": None,
    "QUOTE “The policy of the centre”": None,
    "QUOTE 65 66": None,
    f"QUOTE {NESTED}": None,
    "": None,
}


@pytest.mark.parametrize("instruction", REFUSED)
def test_a_field_that_acts_unasked_is_refused(instruction: str) -> None:
    findings = Findings(lambda *_: None)
    judge_field(instruction, findings, "page 1")
    with pytest.raises(FileRefused) as refused:
        findings.judge()
    assert refused.value.code is REFUSED[instruction]
    assert "(page 1)" in refused.value.reason


@pytest.mark.parametrize("instruction", PASSED)
def test_an_honest_field_passes(instruction: str) -> None:
    findings = Findings(lambda *_: None)
    judge_field(instruction, findings, "page 1")
    findings.judge()
    wanted = PASSED[instruction]
    assert [notice.code for notice in findings.notices] == ([wanted] if wanted else [])
