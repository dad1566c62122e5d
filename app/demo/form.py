"""Stage three goes on: the application's three sections, its submission, its return, the second round (R11 to R17)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.demo import data
from app.demo.client import Caller, demand
from app.demo.stage import Centre, Stage, listed
from app.samples import SampleFile, answers, sample_policy

_SUBMISSION = {"declaration": True}


def fill_in(stage: Stage, centre: Centre) -> str:
    """Start the application and fill in its three sections; returns the application's path."""
    super_user = centre.super_user
    started = super_user.post(f"{centre.path}/applications", {}).body
    application = f"/v1/applications/{started['id']}"
    super_user.says(f"starts the application {started['reference']}; missing: {_missing(super_user, application)}")
    _fill_in_groups(stage, centre, application)
    _collide(stage, centre, application)
    _submit_too_early(super_user, application)
    _upload_policies(centre, application)
    _agree(super_user, application)
    return application


def _missing(caller: Caller, application: str) -> str:
    items = caller.get(f"{application}/readiness").body["missing"]
    return f"{len(items)} thing{'s' if len(items) > 1 else ''}" if items else "nothing"


def _fill_in_groups(stage: Stage, centre: Centre, application: str) -> None:
    """Two people at the same time, on different groups: neither is in the other's way."""

    def save(caller: Caller, groups: dict[str, answers.Body]) -> None:
        for group, values in groups.items():
            caller.change("PATCH", f"{application}/details/{group}", values)

    mine, theirs = answers.super_users_groups(stage.run), answers.colleagues_groups(centre.site_ids, stage.today)
    with ThreadPoolExecutor(2) as pool:
        saved = [pool.submit(save, centre.super_user, mine), pool.submit(save, centre.colleague, theirs)]
        for one in saved:
            one.result()
    centre.super_user.says(f"fills in {listed(list(mine))}, while …")
    centre.colleague.says(f"… fills in {listed(list(theirs))}; missing: {_missing(centre.colleague, application)}")


def _collide(stage: Stage, centre: Centre, application: str) -> None:
    """Both on one group: the later one is told, reads again, and nothing is lost (412)."""
    group = f"{application}/details/experience"
    stale = centre.colleague.get(group).etag
    centre.super_user.change("PATCH", group, answers.experience(stage.today))
    second: dict[str, Any] = {"delivery_staff": answers.delivery_staff()}
    centre.colleague.change("PATCH", group, second, etag=stale, expect=412, code="stale_version")
    centre.colleague.says("saves experience, which the super user has changed meanwhile: 412, nothing is overwritten")
    mended = centre.colleague.change("PATCH", group, second).body
    demand(bool(mended["other_approvals"] and mended["delivery_staff"]), "One of two people's changes was lost.")
    left = _missing(centre.colleague, application)
    centre.colleague.says(f"reads it again and saves: both changes are there; missing: {left}")


def _submit_too_early(super_user: Caller, application: str) -> None:
    path = f"{application}/submissions"
    refused = super_user.post(path, _SUBMISSION, on=application, expect=409, code="not_ready").body
    sections = dict.fromkeys(item["section"] for item in refused["missing"])
    super_user.says(f"submits too early: refused with {len(refused['missing'])} things, in {listed(list(sections))}")


def _upload_policies(centre: Centre, application: str) -> None:
    policies = centre.colleague.get(f"{application}/policies").body["items"]
    documents: list[SampleFile] = []
    for policy in policies:
        document = sample_policy(policy["key"])
        path = f"{application}/policies/{policy['key']}"
        note = f"{policy['letter']}) as approved by our board."
        centre.colleague.upload("PUT", path, document, note=note, on=path)
        documents.append(document)
    formats = sorted({document.filename.rpartition(".")[2].upper() for document in documents})
    left = _missing(centre.colleague, application)
    centre.colleague.says(f"uploads the {len(documents)} policies as {listed(formats)}; missing: {left}")


def _agree(super_user: Caller, application: str) -> None:
    shown = super_user.get(f"{application}/agreement").body
    for part in ("agreement", "code_of_conduct"):
        content = super_user.get(shown[part]["content_path"], accept="*/*").content
        demand(content.startswith(b"%PDF"), f"The document '{part}' that has to be agreed to is no PDF.")
    said = {"agreement_id": shown["agreement"]["id"], "code_of_conduct_id": shown["code_of_conduct"]["id"]}
    super_user.change("PUT", f"{application}/agreement", said | {"accepted": True})
    left = _missing(super_user, application)
    super_user.says(f"reads the agreement and the code of conduct, and says yes to both; missing: {left}")


def submit(stage: Stage, centre: Centre, application: str) -> None:
    """Submit: locked, copied, and acknowledged."""
    done = centre.super_user.post(f"{application}/submissions", _SUBMISSION, on=application).body
    reference = centre.super_user.get(application).body["reference"]
    mail = stage.mailbox.wait_for(answers.initial_application(stage.run)["initial_super_user"]["email"], reference)
    centre.super_user.says(f"submits: round {done['number']}, SHA-256 {done['sha256'][:12]}…; “{mail.subject}”")
    locked = f"{application}/details/invoice"
    centre.super_user.change("PATCH", locked, {"purchase_order_number": "LATE"}, expect=409, code="application_locked")
    centre.super_user.says("tries to change a submitted application: refused")


def review_twice(stage: Stage, centre: Centre, application: str) -> None:
    """The initial review returns the application once; the centre mends it, and it passes (R17, R18)."""
    staff = stage.staff.customer_experience
    items = data.return_items(stage.today)
    said = {"outcome": "return", "explanation": "A sound application. Two points need another look.", "items": items}
    staff.post(f"{application}/reviews", said, on=application)
    staff.says(f"reviews it, and returns it with {len(items)} items")
    _mend(centre, application)
    again = centre.super_user.post(f"{application}/submissions", _SUBMISSION, on=application).body
    centre.super_user.says(f"submits again: round {again['number']}")
    changes = staff.get(f"{application}/submissions/{again['number']}/changes").body["items"]
    parts = dict.fromkeys(change["pointer"] for change in changes)
    staff.says(f"sees what changed between the rounds: {len(parts)} places, such as {next(iter(parts))}")
    staff.post(f"{application}/reviews", {"outcome": "pass"}, on=application)
    staff.says("passes the initial review, which issues the invoice")


def _mend(centre: Centre, application: str) -> None:
    policy, experience = f"{application}/policies/internal_quality_assurance", f"{application}/details/experience"
    revised = sample_policy("internal_quality_assurance", revised=True)
    centre.colleague.upload("PUT", policy, revised, note="Strategy for sampling, and observation, are new.", on=policy)
    versions = centre.colleague.get(f"{policy}/versions").body["items"]
    centre.colleague.says(f"uploads the revised policy: version {versions[0]['number']}, and the first one stays")
    staff = [*answers.delivery_staff(), data.SECOND_ASSURER]
    centre.colleague.change("PATCH", experience, {"delivery_staff": staff})
    given = ("The revised policy is uploaded, approved by the board.", "Leah Quinn does; she is on the list now.")
    asked = centre.colleague.get(f"{application}/return-items").body["items"]
    for item, answer in zip(asked, given, strict=True):
        path = f"{application}/return-items/{item['id']}"
        centre.colleague.change("PATCH", path, {"answer": answer}, etag=item["etag"])
    left = _missing(centre.colleague, application)
    centre.colleague.says(f"adds the second quality assurer, and answers both items; missing: {left}")
