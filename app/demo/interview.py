"""Stage four: the centre lead, the interview, the recommendation and the decision (R19 to R21)."""

from datetime import UTC, date, datetime, time, timedelta
from time import sleep
from typing import Any
from zoneinfo import ZoneInfo

from app.demo import data
from app.demo.client import Caller
from app.demo.stage import Stage
from app.samples import answers

_LONDON = ZoneInfo("Europe/London")
# Long enough for the request to arrive before the interview begins, and short enough to wait for.
_HEAD_START = timedelta(seconds=3)


def arrangement(day: date) -> dict[str, Any]:
    """An interview at ten in the morning of that day, in London."""
    start = datetime.combine(day, time(10), _LONDON)
    return {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=90)).isoformat(),
        "mode": "online",
        "place": "https://meet.example.com/harbour-lane",
        "agenda": "Sampling across both sites; how new assessors are brought in; secure storage.",
    }


def lead_and_decide(stage: Stage, application: str) -> None:
    """From the centre lead's assignment to the manager's decision."""
    _assign(stage, application)
    _interview(stage, application)
    lead, manager = stage.staff.centre_lead, stage.staff.quality_assurance_manager
    actions = data.required_actions(stage.today)
    reasons = "An experienced team and sound policies; what was promised in the interview has to be seen in writing."
    said = {"outcome": "accept_with_actions", "reasons": reasons, "actions": actions}
    lead.post(f"{application}/recommendations", said, on=application)
    lead.says(f"recommends to accept with {len(actions)} actions")
    decision = {"outcome": "accept_with_actions", "reasons": "The requirements are met; the actions make it complete."}
    lead.post(f"{application}/decisions", decision, on=application, expect=403, code="role_not_allowed")
    lead.says("tries to decide, too: refused, that is for somebody else")
    manager.post(f"{application}/decisions", decision, on=application)
    manager.says("decides: accepted with actions")
    super_user = answers.initial_application(stage.run)["initial_super_user"]["email"]
    mail = stage.mailbox.wait_for(super_user, "is a recognised")
    stage.new_caller("Super user").says(f"reads: “{mail.subject}”")


def _assign(stage: Stage, application: str) -> None:
    lead, manager = stage.staff.centre_lead, stage.staff.quality_assurance_manager
    assigned = manager.get(application).body["centre_lead"]
    name = assigned["name"] if assigned else "nobody"
    manager.says(f"sees whom the payment has made the centre lead: {name}")
    me = lead.get("/v1/me").body["id"]
    if assigned is None or assigned["id"] != me:
        said = {"centre_lead_id": me, "reason": "Knows the port's training providers."}
        manager.change("PUT", f"{application}/centre-lead", said, on=application)
        manager.says("assigns it to this run's centre lead in their place")
    policies = lead.get(f"{application}/policies").body["items"]
    for policy in policies:
        lead.get(policy["current_version"]["content_path"], accept="*/*")
    lead.says(f"reads the {len(policies)} policies once more")


def _interview(stage: Stage, application: str) -> None:
    lead = stage.staff.centre_lead
    arranged = lead.post(f"{application}/interviews", arrangement(stage.today + timedelta(days=7)), on=application).body
    path = f"{application}/interviews/{arranged['id']}"
    lead.says(f"arranges the interview: {arranged['starts_at']}, online")
    held = f"{path}/outcome"
    outcome = {
        "outcome": "held",
        "summary": "We went through the sampling strategy, the new assessor's induction and the exam store.",
        "internal_note": "The second quality assurer has a light case load until spring.",
    }
    lead.post(held, outcome, on=path, expect=409, code="interview_not_started")
    lead.says("tries to record it as held before it begins: refused")
    start = _bring_forward(lead, path)
    calendar = lead.get(path, accept="text/calendar").content
    stage.keep("interview.ics", calendar)
    lead.says("brings it forward to right now, as nobody waits a week for a demonstration")
    sleep(max(0.0, (start - datetime.now(UTC)).total_seconds()) + 0.1)
    lead.post(held, outcome, on=path, expect=200)
    lead.says("holds the interview, and records it")


def _bring_forward(lead: Caller, path: str) -> datetime:
    start = datetime.now(UTC) + _HEAD_START
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=90)).isoformat()}
    lead.change("PATCH", path, times)
    return start
