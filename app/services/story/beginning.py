"""From the public form to a centre that has moved in."""

from app.samples import answers, casework
from app.services.story import operations
from app.services.story.script import Part, Scene, Script, Step


def apply(scene: Scene) -> Script:
    """Somebody without an account sends the initial application."""
    receipt = yield Step(Part.APPLICANT, operations.RECEIVE, scene.form)
    scene.ids["initial_application"] = receipt["id"]


def carry_out_due_diligence(scene: Scene) -> Script:
    """Customer experience records every check."""
    for check, note in casework.NOTES.items():
        body = {"check": check.value, "outcome": "clear", "note": note}
        if check == scene.concern:
            body |= {"outcome": "concern", "note": casework.CONCERNS[check]}
        yield Step(Part.CUSTOMER_EXPERIENCE, operations.CHECK, body)


def decline(scene: Scene) -> Script:
    """Customer experience declines the initial application."""
    body = {"reason": "We could not confirm that the organisation exists."}
    yield Step(Part.CUSTOMER_EXPERIENCE, operations.DECLINE, body)


def open_account(scene: Scene) -> Script:
    """Customer experience creates the centre's account, after a concern with the reason why it is no obstacle."""
    body = {"concerns_accepted_reason": casework.CONCERN_ACCEPTED} if scene.concern else {}
    account = yield Step(Part.CUSTOMER_EXPERIENCE, operations.OPEN_ACCOUNT, body)
    scene.ids |= {
        "centre": account["id"],
        "main_site": account["main_site_id"],
        "super_user": account["super_user_id"],
    }


def add_site(scene: Scene) -> Script:
    """The super user adds a second delivery site."""
    yield Step(Part.SUPER_USER, operations.ADD_SITE, answers.delivery_site())


def invite_colleague(scene: Scene) -> Script:
    """The super user invites a colleague."""
    invited = yield Step(Part.SUPER_USER, operations.INVITE, answers.colleague(scene.run))
    scene.ids["user"] = invited["id"]


def add_contacts(scene: Scene) -> Script:
    """The super user enters a contact for each role that nobody holds yet."""
    users = yield Step(Part.SUPER_USER, operations.USERS)
    user_ids = {user["email"]: user["id"] for user in users["items"]}
    held = yield Step(Part.SUPER_USER, operations.CONTACTS)
    for contact in answers.contacts(scene.run):
        if set(contact["roles"]) <= set(held["missing_roles"]):
            body = contact | {"user_id": user_ids.get(contact["email"])}
            yield Step(Part.SUPER_USER, operations.ADD_CONTACT, body)
