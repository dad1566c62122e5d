"""Stage three continues: the three sections, the submission, the return, and the second round (R11 to R17)."""

from concurrent.futures import ThreadPoolExecutor

from app.demo.client import Caller, require
from app.demo.stage import Stage, listed
from app.samples import answers, casework
from app.services.story import centre, staff

_SUBMISSION = {"declaration": True}


def fill_in(stage: Stage) -> None:
    """Start the application and fill in its three sections."""
    stage.player.play(centre.start)
    stage.colleague.says(f"starts the application; missing: {_missing(stage)}")
    _fill_in_groups(stage)
    _collide(stage)
    _submit_too_early(stage)
    stage.player.play(centre.upload_policies)
    policies = stage.colleague.get(f"{stage.application}/policies").body["items"]
    names = (policy["current_version"]["file_name"] for policy in policies)
    formats = sorted({name.rpartition(".")[2].upper() for name in names})
    stage.colleague.says(f"uploads the {len(policies)} policies as {listed(formats)}; missing: {_missing(stage)}")
    _read_agreement(stage.super_user, stage.application)
    stage.player.play(centre.agree)
    stage.super_user.says(f"reads the agreement and the code of conduct, and accepts both; missing: {_missing(stage)}")


def _missing(stage: Stage) -> str:
    items = stage.colleague.get(f"{stage.application}/readiness").body["missing"]
    return f"{len(items)} thing{'s' if len(items) > 1 else ''}" if items else "nothing"


def _fill_in_groups(stage: Stage) -> None:
    """Two people fill in different groups at the same time: neither is in the other's way."""
    with ThreadPoolExecutor(2) as pool:
        acts = (centre.fill_in_super_users_groups, centre.fill_in_users_groups)
        for played in [pool.submit(stage.player.play, act) for act in acts]:
            played.result()
    stage.super_user.says(f"fills in {listed(list(answers.super_users_groups(stage.run)))}, while …")
    stage.colleague.says(f"… fills in the other groups but one; missing: {_missing(stage)}")


def _collide(stage: Stage) -> None:
    """Two people change one group: the later one is refused with 412, reads again, and nothing is lost."""
    group = f"{stage.application}/details/experience"
    stale = stage.colleague.get(group).etag
    stage.player.play(centre.describe_experience)
    body = {"delivery_staff": answers.delivery_staff()}
    stage.colleague.change("PATCH", group, body, etag=stale, expect=412, code="stale_version")
    stage.colleague.says("saves experience, which the super user has just changed: 412, nothing is overwritten")
    stage.player.play(centre.name_delivery_staff)
    saved = stage.colleague.get(group).body
    require(bool(saved["other_approvals"] and saved["delivery_staff"]), "One of two people's changes was lost.")
    stage.colleague.says(f"reads it again and saves: both changes are there; missing: {_missing(stage)}")


def _submit_too_early(stage: Stage) -> None:
    path = f"{stage.application}/submissions"
    refused = stage.super_user.post(path, _SUBMISSION, on=stage.application, expect=409, code="not_ready").body
    sections = dict.fromkeys(item["section"] for item in refused["missing"])
    stage.super_user.says(f"submits too early: refused with {len(refused['missing'])} things, in {listed([*sections])}")


def _read_agreement(super_user: Caller, application: str) -> None:
    current = super_user.get(f"{application}/agreement").body
    for part in ("agreement", "code_of_conduct"):
        content = super_user.get(current[part]["content_path"], accept="*/*").content
        require(content.startswith(b"%PDF"), f"The document '{part}' is not a PDF.")


def submit(stage: Stage) -> None:
    """Submit: the application is locked, copied, and acknowledged."""
    stage.player.play(centre.submit)
    super_user, application = stage.super_user, stage.application
    (submission,) = super_user.get(f"{application}/submissions").body["items"]
    reference = super_user.get(application).body["reference"]
    mail = stage.mailbox.wait_for(stage.player.scene.form["initial_super_user"]["email"], reference)
    super_user.says(f"submits: round 1, SHA-256 {submission['sha256'][:12]}…; “{mail.subject}”")
    group = f"{application}/details/invoice"
    late = {"purchase_order_number": "LATE"}
    super_user.change("PATCH", group, late, on=group, expect=409, code="application_locked")
    super_user.says("tries to change a submitted application: refused")


def review_twice(stage: Stage) -> None:
    """The initial review returns the application once; the centre mends it, and it passes (R17, R18)."""
    reviewer, application = stage.staff.customer_experience, stage.application
    stage.player.play(staff.return_at_initial_review)
    reviewer.says(f"reviews it, and returns it with {len(casework.RETURN['items'])} items")
    stage.player.play(centre.mend)
    versions = stage.colleague.get(f"{application}/policies/internal_quality_assurance/versions").body["items"]
    stage.colleague.says(f"uploads the revised policy: version {versions[0]['number']}, and the first one stays")
    stage.colleague.says(f"names the second quality assurer, and answers both items; missing: {_missing(stage)}")
    stage.player.play(centre.submit)
    stage.super_user.says("submits again: round 2")
    changes = reviewer.get(f"{application}/submissions/2/changes").body["items"]
    pointers = dict.fromkeys(change["pointer"] for change in changes)
    reviewer.says(f"sees what changed between the rounds: {len(pointers)} places, such as {next(iter(pointers))}")
    stage.player.play(staff.pass_initial_review)
    reviewer.says("passes the initial review, which issues the invoice")
