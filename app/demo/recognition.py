"""Stage five: the certificate, the welcome pack, the public register, and an action that is followed up (R22, R23)."""

from dataclasses import dataclass
from pathlib import Path

from app.demo.client import Caller, require
from app.demo.stage import Stage
from app.samples import ORGANISATION, SampleFile, casework
from app.samples.pdf import render_pdf
from app.samples.text import parse

_PDF = "application/pdf"


@dataclass(frozen=True)
class Recognised:
    """The centre's certificate number and documents."""

    number: str
    certificate: Path
    welcome_pack: Path


def certify(stage: Stage) -> Recognised:
    """Fetch the certificate and the welcome pack, and look the centre up as the public does."""
    path = f"{stage.centre}/recognition"
    recognition = stage.super_user.get(path).body
    number = recognition["number"]
    certificate = stage.keep("certificate.pdf", stage.super_user.get(f"{path}/certificate", accept=_PDF).content)
    pack = stage.keep("welcome-pack.pdf", stage.super_user.get(f"{path}/welcome-pack", accept=_PDF).content)
    stage.super_user.says(f"downloads the certificate {number} and the welcome pack")
    public = stage.new_caller("Anybody")
    verified = public.get(f"/v1/certificates/{number}").body
    public.says(f"verifies the certificate: {verified['name']}, {verified['town']}, {verified['status']}")
    register = public.get("/v1/recognised-centres", text=number).body["items"]
    require([entry["number"] for entry in register] == [number], f"The register does not show {number} once.")
    public.says("finds the centre in the register of recognised centres")
    return Recognised(number, certificate, pack)


def follow_up(stage: Stage) -> None:
    """The centre sends evidence for the first action; the lead asks for more, and closes it when it is enough."""
    lead = stage.staff.centre_lead
    action = stage.super_user.get(f"{stage.application}/actions").body["items"][0]
    path = f"{stage.application}/actions/{action['id']}"
    _send_evidence(stage.colleague, path, "The plan for the first cohort.")
    stage.colleague.says(f"sends evidence for action {action['number']}, due on {action['due_on']}")
    unclear = {"outcome": "more_evidence_needed", "comment": "Which version did the Quality Committee approve?"}
    lead.post(f"{path}/closure", unclear, on=path)
    lead.says("asks for more evidence")
    _send_evidence(stage.colleague, path, "Version 1, approved last Thursday; the minutes name it.")
    enough = {"outcome": "closed", "comment": "Every assessor and both sites are in the plan. Thank you."}
    closed = lead.post(f"{path}/closure", enough, on=path).body
    lead.says(f"closes action {closed['number']}; the other one stays open for you to try")


def _send_evidence(caller: Caller, action: str, note: str) -> None:
    plan = render_pdf(parse(casework.SAMPLING_PLAN, organisation=ORGANISATION))
    file = SampleFile(f"{ORGANISATION} - Sampling plan.pdf", _PDF, plan)
    caller.upload("POST", f"{action}/evidence", file, note=note, on=action)
