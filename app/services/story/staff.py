"""The awarding organisation's part: review, take the fee, interview, recommend and decide."""

from datetime import datetime, timedelta

from app.samples import casework
from app.services.story import operations
from app.services.story.script import Part, Scene, Script, Step

_TO_THE_INTERVIEW = timedelta(days=7)


def return_at_initial_review(scene: Scene) -> Script:
    """Customer experience returns the application with two items."""
    yield Step(Part.CUSTOMER_EXPERIENCE, operations.REVIEW, casework.RETURN)


def pass_initial_review(scene: Scene) -> Script:
    """Customer experience passes the application, which issues the invoice."""
    yield Step(Part.CUSTOMER_EXPERIENCE, operations.REVIEW, {"outcome": "pass"})
    reviewed = yield Step(Part.CUSTOMER_EXPERIENCE, operations.APPLICATION)
    if reviewed["invoice_id"] is not None:
        scene.ids["invoice"] = reviewed["invoice_id"]


def receive_fee(scene: Scene) -> Script:
    """Finance records what is due as received; where there is no fee, nothing is."""
    if "invoice" not in scene.ids:
        return
    invoice = yield Step(Part.FINANCE, operations.INVOICE)
    if invoice["due"]["amount"] > 0:
        body = {
            "amount": invoice["due"],
            "method": "bank_transfer",
            "received_on": scene.today.isoformat(),
            "payer_reference": f"{invoice['number']} HARBOUR LANE",
        }
        yield Step(Part.FINANCE, operations.RECORD_PAYMENT, body)


def assign_lead(scene: Scene) -> Script:
    """The manager makes the story's centre lead the application's, where the payment has chosen another one."""
    current = yield Step(Part.QUALITY_ASSURANCE_MANAGER, operations.APPLICATION)
    if current["centre_lead"] is None or current["centre_lead"]["id"] != scene.ids["centre_lead"]:
        body = {"centre_lead_id": scene.ids["centre_lead"], "reason": "Knows the port's training providers."}
        yield Step(Part.QUALITY_ASSURANCE_MANAGER, operations.ASSIGN_LEAD, body)


def begin_review(scene: Scene) -> Script:
    """Finance receives the fee, and the application gets its centre lead."""
    yield from receive_fee(scene)
    yield from assign_lead(scene)


def return_by_centre_lead(scene: Scene) -> Script:
    """The centre lead returns the application with two items."""
    yield Step(Part.CENTRE_LEAD, operations.REVIEW, casework.RETURN)


def arrange_interview(scene: Scene) -> Script:
    """The centre lead arranges the interview for next week."""
    yield from _arrange(scene, scene.now + _TO_THE_INTERVIEW)


def arrange_next(scene: Scene) -> Script:
    """The centre lead arranges the interview for the time of the next act, which holds it."""
    yield from _arrange(scene, scene.now + scene.pause)


def _arrange(scene: Scene, starts_at: datetime) -> Script:
    interview = yield Step(Part.CENTRE_LEAD, operations.ARRANGE, casework.interview(starts_at))
    scene.ids["interview"] = interview["id"]


def hold_interview(scene: Scene) -> Script:
    """The centre lead records that the interview was held."""
    yield Step(Part.CENTRE_LEAD, operations.RECORD_OUTCOME, casework.INTERVIEW_HELD)


def recommend(scene: Scene) -> Script:
    """The centre lead recommends to accept."""
    yield Step(Part.CENTRE_LEAD, operations.RECOMMEND, {"outcome": "accept", "reasons": "An experienced team."})


def recommend_with_actions(scene: Scene) -> Script:
    """The centre lead recommends to accept with two actions, due in four and in twelve weeks."""
    body = {
        "outcome": "accept_with_actions",
        "reasons": "An experienced team and sound policies; what was promised in the interview has to be seen in "
        "writing.",
        "actions": casework.required_actions(scene.today),
    }
    yield Step(Part.CENTRE_LEAD, operations.RECOMMEND, body)


def refer_back(scene: Scene) -> Script:
    """The manager refers the application back to the centre lead."""
    yield _decide("refer_back", "Say more on how the second site is sampled.")


def accept(scene: Scene) -> Script:
    """The manager accepts the application."""
    yield _decide("accept", "All is in place.")


def accept_with_actions(scene: Scene) -> Script:
    """The manager accepts the application with the actions that were recommended."""
    yield _decide("accept_with_actions", "The requirements are met; the actions make it complete.")


def reject(scene: Scene) -> Script:
    """The manager rejects the application."""
    yield _decide("reject", "The means for assuring quality are not in place.")


def _decide(outcome: str, reasons: str) -> Step:
    body = {"outcome": outcome, "reasons": reasons}
    return Step(Part.QUALITY_ASSURANCE_MANAGER, operations.DECIDE, body)
