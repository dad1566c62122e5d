"""Stage five: the certificate, the welcome pack, the public register, and an action that is followed up (R22, R23)."""

from dataclasses import dataclass
from pathlib import Path

from app.demo import data
from app.demo.client import Caller, demand
from app.demo.stage import Centre, Stage
from app.samples import ORGANISATION, SampleFile
from app.samples.pdf import render_pdf
from app.samples.text import parse

_PDF = "application/pdf"


@dataclass(frozen=True)
class Recognised:
    """What the centre has in its hands at the end."""

    number: str
    certificate: Path
    welcome_pack: Path


def certify(stage: Stage, centre: Centre) -> Recognised:
    """Fetch the certificate and the welcome pack, and look the centre up as the public does."""
    path = f"{centre.path}/recognition"
    recognition = centre.super_user.get(path).body
    number = recognition["number"]
    certificate = stage.keep("certificate.pdf", centre.super_user.get(f"{path}/certificate", accept=_PDF).content)
    pack = stage.keep("welcome-pack.pdf", centre.super_user.get(f"{path}/welcome-pack", accept=_PDF).content)
    centre.super_user.says(f"downloads the certificate {number} and the welcome pack")
    public = stage.new_caller("Anybody")
    verified = public.get(f"/v1/certificates/{number}").body
    public.says(f"verifies the certificate: {verified['name']}, {verified['town']}, {verified['status']}")
    register = public.get("/v1/recognised-centres", text=number).body["items"]
    demand([entry["number"] for entry in register] == [number], f"The register does not show {number} once.")
    public.says("finds the centre in the register of recognised centres")
    return Recognised(number, certificate, pack)


def follow_up(stage: Stage, centre: Centre, application: str) -> None:
    """The centre sends evidence for the first action; the lead asks for more, and closes it when it is enough."""
    lead = stage.staff.centre_lead
    action = centre.super_user.get(f"{application}/actions").body["items"][0]
    path = f"{application}/actions/{action['id']}"
    _send_evidence(centre.colleague, path, "The plan for the first cohort.")
    centre.colleague.says(f"sends evidence for action {action['number']}, due on {action['due_on']}")
    unclear = {"outcome": "more_evidence_needed", "comment": "Which version did the Quality Committee approve?"}
    lead.post(f"{path}/closure", unclear, on=path, expect=200)
    lead.says("asks for more evidence")
    _send_evidence(centre.colleague, path, "Version 1, approved last Thursday; the minutes name it.")
    enough = {"outcome": "closed", "comment": "Every assessor and both sites are in the plan. Thank you."}
    closed = lead.post(f"{path}/closure", enough, on=path, expect=200).body
    lead.says(f"closes action {closed['number']}; the other one stays open for you to try")


def _send_evidence(caller: Caller, action: str, note: str) -> None:
    plan = render_pdf(parse(data.SAMPLING_PLAN, organisation=ORGANISATION))
    document = SampleFile(f"{ORGANISATION} - Sampling plan.pdf", _PDF, plan)
    caller.upload("POST", f"{action}/evidence", document, note=note, on=action, expect=201)
