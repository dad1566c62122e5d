"""Stages one to three of the guide: the initial application, due diligence, the account, and who gets in."""

from app.demo import data
from app.demo.client import Caller, demand
from app.demo.people import LogIn, enter_first_time
from app.demo.stage import Centre, Stage, listed
from app.samples import answers

_FORM = "/v1/initial-applications"


def send_initial_application(stage: Stage) -> str:
    """Stage one: somebody without an account sends the form, with mistakes first (R01, R02). Returns its path."""
    applicant = stage.new_caller("Applicant")
    form = answers.initial_application(stage.run)
    refused = applicant.post(_FORM, data.spoilt(form), expect=422).body["errors"]
    applicant.says(f"sends the form with mistakes; all {len(refused)} are shown at once: {_pointers(refused)}")
    key = f"demo-{stage.run}"
    receipt = applicant.post(_FORM, form, key=key)
    reference, due = receipt.body["reference"], receipt.body["log_in_details_due_at"]
    applicant.says(f"sends it mended: {reference}; the log-in details are due before {due}")
    again = applicant.post(_FORM, form, key=key)
    demand(again.replayed and again.body == receipt.body, "A repeat under the same key was not answered the same.")
    anew = applicant.post(_FORM, form)
    demand(anew.body["id"] == receipt.body["id"], "The same form under another key made a second application.")
    applicant.says(f"sends it again, with the same key and with another: it stays one application, {reference}")
    mail = stage.mailbox.wait_for(form["email"], reference)
    applicant.says(f"reads the acknowledgement: “{mail.subject}”")
    return f"{_FORM}/{receipt.body['id']}"


def _pointers(errors: list[dict[str, str]]) -> str:
    return listed([error["pointer"] for error in errors])


def create_account(stage: Stage, application: str) -> str:
    """Stage two: due diligence, with one concern, and the account (R03, R04). Returns the centre's path."""
    staff = stage.staff.customer_experience
    duplicates = staff.get(application).body["likely_duplicates"]
    staff.says(f"looks at the application; likely duplicates shown: {len(duplicates)}")
    account = f"{application}/account"
    staff.post(account, {}, on=application, expect=409, code="due_diligence_incomplete")
    staff.says("tries to create the account before due diligence: refused")
    for check, note in data.DUE_DILIGENCE:
        outcome = "concern" if check == data.CONCERN else "clear"
        staff.post(f"{application}/checks", {"check": check, "outcome": outcome, "note": note}, on=application)
    staff.says(f"records {len(data.DUE_DILIGENCE)} checks, one of them with a concern ({data.CONCERN})")
    staff.post(account, {}, on=application, expect=409, code="concern_needs_reason")
    staff.says("tries to go on without saying why the concern is no obstacle: refused")
    made = staff.post(account, {"concerns_accepted_reason": data.CONCERN_ACCEPTED}, on=application).body
    staff.says(f"gives the reason and creates the account: centre {made['reference']}, main site and super user")
    return f"/v1/centres/{made['id']}"


def enter_centre(stage: Stage, path: str) -> Centre:
    """Stage three: the first log-in, the second site, the contacts and a colleague (R06 to R10)."""
    form = answers.initial_application(stage.run)["initial_super_user"]
    super_user, password = enter_first_time(stage.new_caller("Super user"), stage.mailbox, form["email"])
    super_user.says("logs in with the mailed password, which opens nothing until it is replaced, and replaces it")
    site = super_user.post(f"{path}/sites", answers.delivery_site()).body
    super_user.says(f"adds a second delivery site: {site['name']}")
    sites = [each["id"] for each in super_user.get(f"{path}/sites").body["items"]]
    colleague, colleagues_log_in = _invite(stage, path, super_user)
    _add_contacts(stage, path, super_user)
    home = super_user.get(f"{path}/home").body
    super_user.says(f"looks at the centre's home: {home['next_step']}")
    log_ins = (LogIn("Super user", form["email"], password), colleagues_log_in)
    return Centre(path, home["reference"], sites, super_user, colleague, log_ins)


def _invite(stage: Stage, path: str, super_user: Caller) -> tuple[Caller, LogIn]:
    wanted = answers.colleague(stage.run)
    super_user.post(f"{path}/users", wanted)
    super_user.says(f"invites {wanted['first_name']} {wanted['last_name']}, {wanted['job_title']}")
    colleague, password = enter_first_time(stage.new_caller("Colleague"), stage.mailbox, wanted["email"])
    colleague.says("logs in with the mailed password, and replaces it")
    return colleague, LogIn("Colleague", wanted["email"], password)


def _add_contacts(stage: Stage, path: str, super_user: Caller) -> None:
    users = {user["email"]: user["id"] for user in super_user.get(f"{path}/users").body["items"]}
    for contact in answers.contacts(stage.run):
        super_user.post(f"{path}/contacts", contact | {"user_id": users.get(contact["email"])})
    found = super_user.get(f"{path}/contacts").body
    demand(not found["missing_roles"], f"Nobody holds the roles {found['missing_roles']}.")
    super_user.says(f"adds {len(found['items'])} contacts; all six roles are held")
