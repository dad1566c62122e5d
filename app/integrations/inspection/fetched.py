"""Judge addresses: what a document fetches when it is opened, and links, which wait for a click."""

import re

from app.integrations.inspection.findings import Findings
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.refusals import RefusalCode
from app.integrations.inspection.where import Leads, leads_to
from app.integrations.inspection.words import quoted

_SOURCES = re.compile(r"(?i)(?:server|data ?source|address|addr|dbq)\s*=\s*[\"']?([^;\"']*)")


def judge_fetched(
    address: str, what: str, findings: Findings, where: str | None = None, *, picture: bool = False
) -> None:
    """Judge what is fetched unasked; `what` is a noun with its article, such as "The template"."""
    leads = leads_to(address)
    if leads is Leads.INSIDE:
        return
    if leads is Leads.MAIL:
        findings.notice(
            NoticeCode.LOCAL_REFERENCES,
            f"{what} was pasted from an email, {quoted(address)}, and is not part of the document.",
            where,
        )
    elif leads is Leads.OWN:
        findings.notice(
            NoticeCode.LOCAL_REFERENCES,
            f"{what} is on the author's own drive, {quoted(address)}, and does not show on other computers.",
            where,
        )
    elif leads is Leads.WEB and picture:
        findings.notice(NoticeCode.WEB_PICTURES, f"{what} comes from the web: {quoted(address)}.", where)
    elif leads is Leads.SCRIPT:
        findings.refuse(RefusalCode.ACTIVE_CONTENT, f"{what} is a script: {quoted(address)}", where)
    else:
        findings.refuse(RefusalCode.REMOTE_CONTENT, f"{what} is fetched from {quoted(address)}", where)


def judge_base(address: str, findings: Findings, where: str | None = None) -> None:
    """Judge the base of relative addresses, which makes what lies beside the document something elsewhere."""
    if leads_to(address) in {Leads.SERVER, Leads.SCRIPT}:
        findings.refuse(
            RefusalCode.REMOTE_CONTENT, f"The document takes its links and pictures from {quoted(address)}", where
        )


def judge_link(address: str, findings: Findings, where: str | None = None) -> None:
    """Tell of links to files and of those that do nothing. A reader must click a link, so it may lead anywhere."""
    leads = leads_to(address)
    if leads in {Leads.OWN, Leads.SERVER}:
        findings.notice(NoticeCode.LOCAL_LINKS, f"A link leads to a file: {quoted(address)}.", where)
    elif leads is Leads.SCRIPT:
        findings.notice(NoticeCode.INERT_LINKS, "A link contains a script that no program runs.", where)


def judge_connection(text: str, what: str, findings: Findings, where: str | None = None) -> None:
    """Judge a connection to a database: `Provider=…;Data Source=…`, or an address alone."""
    pairs = [match[1] for match in _SOURCES.finditer(text)]
    for source in pairs or [text]:
        if leads_to(source) is Leads.INSIDE and pairs:
            # The name of a server, as it stands.
            findings.refuse(RefusalCode.REMOTE_CONTENT, f"{what} is fetched from {quoted(source)}", where)
        else:
            judge_fetched(source, what, findings, where)
