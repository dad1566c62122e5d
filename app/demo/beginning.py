"""Stages one to three of the guide: the initial application, due diligence, the account, and the first log-ins."""

from copy import deepcopy

from app.demo.client import Caller, require
from app.demo.people import LogIn, enter_first_time
from app.demo.stage import Stage, listed
from app.domain.json_values import JsonObject
from app.samples import answers, casework
from app.services.story import beginning
from app.services.story.script import Part

_FORM = "/v1/initial-applications"


def send_initial_application(stage: Stage) -> None:
    """Stage one: somebody without an account sends the form, with mistakes first (R01, R02)."""
    applicant, form = stage.player.cast[Part.APPLICANT], stage.player.scene.form
    refused = applicant.post(_FORM, _with_mistakes(form), expect=422).body["errors"]
    pointers = listed([error["pointer"] for error in refused])
    applicant.says(f"sends the form with mistakes; all {len(refused)} come back at once: {pointers}")
    stage.player.play(beginning.apply)
    id_, key = stage.player.scene.ids["initial_application"], f"demo-{stage.run}"
    receipt = applicant.post(_FORM, form, key=key)
    reference, due = receipt.body["reference"], receipt.body["log_in_details_due_on"]
    require(receipt.body["id"] == id_, "The same form under another key made a second application.")
    replay = applicant.post(_FORM, form, key=key)
    require(replay.replayed and replay.body == receipt.body, "A retry under the same key got another response.")
    applicant.says(f"corrects it and sends it three times: one application, {reference}; log-in details by {due}")
    mail = stage.mailbox.wait_for(form["email"], reference)
    applicant.says(f"reads the acknowledgement: “{mail.subject}”")


def _with_mistakes(form: JsonObject) -> JsonObject:
    """A town left out, a malformed postcode, email address and telephone number, and no declaration."""
    form = deepcopy(form)
    del form["address"]["town"]
    form["address"]["postcode"] = "HULL"
    form["initial_super_user"] |= {"email": "dana.holt(at)harbour-lane", "telephone": "extension 12"}
    return form | {"declaration": False}


def create_account(stage: Stage) -> None:
    """Stage two: due diligence with one concern, and the account (R03, R04)."""
    staff, scene = stage.staff.customer_experience, stage.player.scene
    application = f"{_FORM}/{scene.ids['initial_application']}"
    duplicates = staff.get(application).body["likely_duplicates"]
    staff.says(f"opens the application; likely duplicates: {len(duplicates)}")
    account = f"{application}/account"
    staff.post(account, {}, on=application, expect=409, code="due_diligence_incomplete")
    staff.says("tries to create the account before due diligence: refused")
    stage.player.play(beginning.carry_out_due_diligence)
    staff.says(f"records {len(casework.NOTES)} checks, one of them with a concern ({scene.concern})")
    staff.post(account, {}, on=application, expect=409, code="concern_needs_reason")
    staff.says("tries to go on without saying why the concern is no obstacle: refused")
    stage.player.play(beginning.open_account)
    reference = staff.get(stage.centre).body["reference"]
    staff.says(f"gives the reason and creates the account: centre {reference}, main site and super user")


def enter_centre(stage: Stage) -> None:
    """Stage three: the first log-in, the second site, a colleague and the contacts (R06 to R10)."""
    form = stage.player.scene.form["initial_super_user"]
    super_user = _enter(stage, Part.SUPER_USER, "Super user", form["email"])
    super_user.says("logs in with the emailed password, which only lets them replace it, and replaces it")
    stage.player.play(beginning.add_site)
    super_user.says(f"adds a second delivery site: {answers.delivery_site()['name']}")
    stage.player.play(beginning.invite_colleague)
    wanted = answers.colleague(stage.run)
    super_user.says(f"invites {wanted['first_name']} {wanted['last_name']}, {wanted['job_title']}")
    colleague = _enter(stage, Part.USER, "Colleague", wanted["email"])
    colleague.says("logs in with the emailed password, and replaces it")
    stage.player.play(beginning.add_contacts)
    contacts = super_user.get(f"{stage.centre}/contacts").body
    require(not contacts["missing_roles"], f"Nobody holds the roles {contacts['missing_roles']}.")
    super_user.says(f"adds {len(contacts['items'])} contacts; all six roles are held")
    home = super_user.get(f"{stage.centre}/home").body
    super_user.says(f"looks at the centre's home: {home['next_step']}")


def _enter(stage: Stage, part: Part, label: str, email: str) -> Caller:
    caller, password = enter_first_time(stage.new_caller(label), stage.mailbox, email)
    stage.player.cast[part] = caller
    stage.log_ins.append(LogIn(label, email, password))
    return caller
