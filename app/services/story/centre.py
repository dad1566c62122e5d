"""The centre's part: fill in the form, submit, answer a return, withdraw."""

from app.domain.json_values import JsonObject
from app.domain.policies import PolicyKey
from app.domain.refusals.applications import AgreementNotPublished
from app.samples import SampleFile, answers, casework, sample_policy
from app.services.story import operations
from app.services.story.beginning import add_contacts
from app.services.story.script import Part, Scene, Script, Step


def start(scene: Scene) -> Script:
    """The colleague starts the application."""
    started = yield Step(Part.USER, operations.START)
    scene.ids["application"] = started["id"]


def fill_in(scene: Scene) -> Script:
    """Complete the contacts and the three sections."""
    yield from add_contacts(scene)
    yield from fill_in_super_users_groups(scene)
    yield from fill_in_users_groups(scene)
    yield from describe_experience(scene)
    yield from name_delivery_staff(scene)
    yield from upload_policies(scene)
    yield from agree(scene)


def fill_in_super_users_groups(scene: Scene) -> Script:
    """The super user fills in what the organisation itself answers."""
    for group, body in answers.super_users_groups(scene.run).items():
        yield _save(Part.SUPER_USER, group, body)


def fill_in_users_groups(scene: Scene) -> Script:
    """The colleague fills in what the centre intends to deliver, and where."""
    sites = yield Step(Part.USER, operations.SITES)
    site_ids = [site["id"] for site in sites["items"]]
    groups = answers.colleagues_groups(site_ids, scene.today)
    groups["centre-type"]["uses_satellites"] = len(site_ids) > 1
    for group, body in groups.items():
        yield _save(Part.USER, group, body)


def describe_experience(scene: Scene) -> Script:
    """The super user describes the centre's experience."""
    yield _save(Part.SUPER_USER, "experience", answers.experience(scene.today))


def name_delivery_staff(scene: Scene) -> Script:
    """The colleague names the delivery staff, in the same group."""
    yield _save(Part.USER, "experience", {"delivery_staff": answers.delivery_staff()})


def _save(part: Part, group: str, body: JsonObject) -> Step:
    return Step(part, operations.SAVE_GROUP, body, {"group": group})


def upload_policies(scene: Scene) -> Script:
    """The colleague uploads the eleven policies."""
    for key in PolicyKey:
        yield _upload(key, sample_policy(key, editable=scene.editable), "As approved by our board.")


def _upload(key: PolicyKey, file: SampleFile, note: str) -> Step:
    return Step(Part.USER, operations.UPLOAD_POLICY, {"note": note}, {"policy": key.value}, file)


def agree(scene: Scene) -> Script:
    """The super user accepts the agreement and the code of conduct. Raises `AgreementNotPublished`."""
    current = yield Step(Part.SUPER_USER, operations.AGREEMENT)
    if current["agreement"] is None or current["code_of_conduct"] is None:
        raise AgreementNotPublished
    body = {
        "agreement_id": current["agreement"]["id"],
        "code_of_conduct_id": current["code_of_conduct"]["id"],
        "accepted": True,
    }
    yield Step(Part.SUPER_USER, operations.AGREE, body)


def submit(scene: Scene) -> Script:
    """The super user submits, or submits again."""
    yield Step(Part.SUPER_USER, operations.SUBMIT, {"declaration": True})


def mend(scene: Scene) -> Script:
    """The colleague uploads the revised policy, names the second quality assurer, and answers every item."""
    key = PolicyKey.INTERNAL_QUALITY_ASSURANCE
    revised = sample_policy(key, revised=True, editable=scene.editable)
    yield _upload(key, revised, "Strategy for sampling, and observation, are new.")
    staff = [*answers.delivery_staff(), casework.SECOND_ASSURER]
    yield _save(Part.USER, "experience", {"delivery_staff": staff})
    yield from answer_items(scene)


def answer_items(scene: Scene) -> Script:
    """The colleague answers every item of the return."""
    listed = yield Step(Part.USER, operations.RETURN_ITEMS)
    for item in listed["items"]:
        if item["answer"] is None:
            body, ids = {"answer": casework.RETURN_ANSWERS[item["pointer"]]}, {"return_item": item["id"]}
            yield Step(Part.USER, operations.ANSWER_ITEM, body, ids, etag=item["etag"])


def resubmit(scene: Scene) -> Script:
    """Mend what was asked for, and submit again."""
    yield from mend(scene)
    yield from submit(scene)


def withdraw(scene: Scene) -> Script:
    """The super user withdraws the application."""
    yield Step(Part.SUPER_USER, operations.WITHDRAW, {"reason": "We have decided to apply next year."})
