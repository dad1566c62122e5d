"""Stage four: the centre lead, the interview, the recommendation and the decision (R19 to R21)."""

from datetime import timedelta
from time import sleep

from app.demo.stage import Stage
from app.samples import casework
from app.services.story import staff

# Long enough for the request to arrive before the interview begins, and short enough to wait for.
_HEAD_START = timedelta(seconds=3)


def lead_and_decide(stage: Stage) -> None:
    """From the centre lead's assignment to the manager's decision."""
    _assign(stage)
    _interview(stage)
    lead, manager, application = stage.staff.centre_lead, stage.staff.quality_assurance_manager, stage.application
    stage.player.play(staff.recommend_with_actions)
    lead.says("recommends to accept with two actions")
    decision = {"outcome": "accept", "reasons": "All is in place."}
    lead.post(f"{application}/decisions", decision, on=application, expect=403, code="role_not_allowed")
    lead.says("tries to decide as well: refused, somebody else decides")
    stage.player.play(staff.accept_with_actions)
    manager.says("decides: accepted with actions")
    mail = stage.mailbox.wait_for(stage.player.scene.form["initial_super_user"]["email"], "is a recognised")
    stage.super_user.says(f"reads: “{mail.subject}”")


def _assign(stage: Stage) -> None:
    lead, manager = stage.staff.centre_lead, stage.staff.quality_assurance_manager
    assigned = manager.get(stage.application).body["centre_lead"]
    manager.says(f"sees whom the payment has made the centre lead: {assigned['name'] if assigned else 'nobody'}")
    stage.player.play(staff.assign_lead)
    policies = lead.get(f"{stage.application}/policies").body["items"]
    for policy in policies:
        lead.get(policy["current_version"]["content_path"], accept="*/*")
    lead.says(f"is the centre lead now, and reads the {len(policies)} policies once more")


def _interview(stage: Stage) -> None:
    lead = stage.staff.centre_lead
    stage.player.play(staff.arrange_interview)
    path = f"{stage.application}/interviews/{stage.player.scene.ids['interview']}"
    lead.says(f"arranges the interview: {lead.get(path).body['starts_at']}, online")
    lead.post(f"{path}/outcome", casework.INTERVIEW_HELD, on=path, expect=409, code="interview_not_started")
    lead.says("tries to record it as held before it begins: refused")
    start = stage.player.clock() + _HEAD_START
    times = {name: casework.interview(start)[name] for name in ("starts_at", "ends_at")}
    lead.change("PATCH", path, times, on=path)
    stage.keep("interview.ics", lead.get(path, accept="text/calendar").content)
    lead.says("brings it forward to right now, since a demonstration does not wait a week")
    sleep(max(0.0, (start - stage.player.clock()).total_seconds()) + 0.1)
    stage.player.play(staff.hold_interview)
    lead.says("holds the interview, and records it")
