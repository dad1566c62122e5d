"""A world to test in: staff, centres and applications in any state, made through the API and the services that real
data goes through."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.actors import StaffRole
from app.domain.policies import PolicyKey
from app.domain.workflow import Status
from tests.domain.complete_details import complete_details
from tests.integrations.file_samples import rtf
from tests.staging import PASSWORD, Login, Staging, TestCentre

__all__ = ["PASSWORD", "Login", "TestCentre", "World"]


@dataclass
class World(Staging):
    """The factory: what stands on the stage, and applications brought to any status by the steps that lead there."""

    async def contacts(self, centre: TestCentre) -> None:
        """One person who holds all six roles."""
        reference = await self.get("/v1/reference-data")
        roles = [role["key"] for role in reference["contact_roles"]]
        said = {
            "first_name": "Robin",
            "last_name": "Shaw",
            "email": "finance@harbour.example.com",
            "telephone": "01332 341824",
            "roles": roles,
        }
        await self.post(f"/v1/centres/{centre.id}/contacts", said, centre.super_user)

    async def details(self, centre: TestCentre, application_id: str) -> None:
        """Section Application, complete."""
        for group, values in complete_details().items():
            address = f"/v1/applications/{application_id}/details/{group}"
            for qualification in values.get("intended_qualifications", ()):
                qualification["site_ids"] = [str(centre.main_site_id)]
            await self.post(address, values, centre.user, match=address, method="PATCH")

    async def upload(
        self, login: Login, application_id: str, key: PolicyKey | str, content: bytes | None = None
    ) -> dict[str, Any]:
        """Upload a policy."""
        address = f"/v1/applications/{application_id}/policies/{key}"
        # A PDF is looked at in a process of its own, which a world of hundreds of documents does not need.
        file = {"file": (f"{key}.rtf", content or rtf(), "application/rtf")}
        return await self.post(address, None, login, match=address, method="PUT", files=file)

    async def accept(self, login: Login, application_id: str) -> None:
        """A super user's yes to the current versions."""
        address = f"/v1/applications/{application_id}/agreement"
        shown = await self.get(address, login)
        if shown["agreement"] is None:
            await self.agreement()
            shown = await self.get(address, login)
        said = {
            "agreement_id": shown["agreement"]["id"],
            "code_of_conduct_id": shown["code_of_conduct"]["id"],
            "accepted": True,
        }
        await self.post(address, said, login, match=address, method="PUT")

    async def draft(self, centre: TestCentre) -> dict[str, Any]:
        """An application that has just been started."""
        return await self.post(f"/v1/centres/{centre.id}/applications", None, centre.user)

    async def ready(self, centre: TestCentre) -> dict[str, Any]:
        """A draft with nothing missing."""
        draft = await self.draft(centre)
        await self.contacts(centre)
        await self.details(centre, draft["id"])
        for key in PolicyKey:
            await self.upload(centre.user, draft["id"], key)
        await self.accept(centre.super_user, draft["id"])
        ready = await self.get(f"/v1/applications/{draft['id']}/readiness", centre.user)
        assert ready["ready"], ready
        return await self.get(f"/v1/applications/{draft['id']}", centre.user)

    async def application(self, centre: TestCentre, status: Status = Status.DRAFT, **choices: Any) -> dict[str, Any]:
        """An application brought to a status by the steps that lead there."""
        if status is Status.DRAFT:
            return await self.draft(centre)
        application = await self.ready(centre)
        for step in _WAY[status]:
            await getattr(self, step)(centre, application["id"])
        found = await self.get(f"/v1/applications/{application['id']}", centre.super_user)
        assert found["status"] == status.value, found
        return found

    async def step(self, login: Login, application_id: str, part: str, body: Any, **more: Any) -> dict[str, Any]:
        """Take a step on an application, with its ETag."""
        address = f"/v1/applications/{application_id}"
        return await self.post(f"{address}/{part}", body, login, match=address, **more)

    async def submit(self, centre: TestCentre, id_: str) -> None:
        await self.step(centre.super_user, id_, "submissions", {"declaration": True})

    async def withdraw(self, centre: TestCentre, id_: str) -> None:
        await self.step(centre.super_user, id_, "withdrawal", {})

    async def pass_review(self, centre: TestCentre, id_: str) -> None:
        staff = await self.staff(StaffRole.CUSTOMER_EXPERIENCE)
        await self.step(staff, id_, "reviews", {"outcome": "pass"})

    async def return_it(self, centre: TestCentre, id_: str, login: Login | None = None) -> None:
        staff = login or await self.staff(StaffRole.CUSTOMER_EXPERIENCE)
        item = {"section": "policies_and_procedures", "pointer": "/appeals", "code": "unclear", "asked": "Say by when."}
        await self.step(staff, id_, "reviews", {"outcome": "return", "explanation": "One point.", "items": [item]})

    async def answer_items(self, centre: TestCentre, id_: str) -> None:
        for item in (await self.get(f"/v1/applications/{id_}/return-items", centre.user))["items"]:
            if item["answer"] is None:
                await self.post(
                    f"/v1/applications/{id_}/return-items/{item['id']}",
                    {"answer": "Within ten days; see page 2."},
                    Login(centre.user.id, "", {**centre.user.headers, "If-Match": item["etag"]}),
                    method="PATCH",
                )

    async def pay(self, centre: TestCentre, id_: str) -> None:
        await self.staff(StaffRole.CENTRE_LEAD)
        finance = await self.staff(StaffRole.FINANCE)
        found = await self.get(f"/v1/applications/{id_}", finance)
        invoice = await self.get(f"/v1/invoices/{found['invoice_id']}", finance)
        said = {"amount": invoice["due"], "method": "bank_transfer", "received_on": self.clock().date().isoformat()}
        await self.post(f"/v1/invoices/{found['invoice_id']}/payments", said, finance)

    async def lead_return(self, centre: TestCentre, id_: str) -> None:
        await self.return_it(centre, id_, await self.staff(StaffRole.CENTRE_LEAD))

    async def interview(self, centre: TestCentre, id_: str) -> None:
        lead = await self.staff(StaffRole.CENTRE_LEAD)
        starts = self.clock() + timedelta(minutes=1)
        said = {
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=1)).isoformat(),
            "mode": "online",
            "place": "https://meet.example.com/harbour",
        }
        interview = await self.step(lead, id_, "interviews", said)
        move = getattr(self.clock, "move")  # noqa: B009
        move(timedelta(minutes=2))
        address = f"/v1/applications/{id_}/interviews/{interview['id']}"
        await self.post(f"{address}/outcome", {"outcome": "held", "summary": "We met."}, lead, match=address)

    async def recommend(self, centre: TestCentre, id_: str) -> None:
        lead = await self.staff(StaffRole.CENTRE_LEAD)
        await self.step(lead, id_, "recommendations", {"outcome": "accept", "reasons": "All is in place."})

    async def accept_it(self, centre: TestCentre, id_: str) -> None:
        manager = await self.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
        await self.step(manager, id_, "decisions", {"outcome": "accept", "reasons": "All is in place."})

    async def accept_with_actions(self, centre: TestCentre, id_: str) -> None:
        manager = await self.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
        due = (self.clock() + timedelta(days=30)).date().isoformat()
        said = {
            "outcome": "accept_with_actions",
            "reasons": "One thing is open.",
            "actions": [{"description": "Train the assessors.", "due_on": due}],
        }
        await self.step(manager, id_, "decisions", said)

    async def reject(self, centre: TestCentre, id_: str) -> None:
        manager = await self.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
        await self.step(manager, id_, "decisions", {"outcome": "reject", "reasons": "Too much is missing."})


_TO_DECISION = ("submit", "pass_review", "pay", "interview", "recommend")
_WAY: dict[Status, tuple[str, ...]] = {
    Status.SUBMITTED: ("submit",),
    Status.RETURNED: ("submit", "return_it"),
    Status.AWAITING_PAYMENT: ("submit", "pass_review"),
    Status.IN_REVIEW: ("submit", "pass_review", "pay"),
    Status.AWAITING_DECISION: _TO_DECISION,
    Status.ACCEPTED: (*_TO_DECISION, "accept_it"),
    Status.ACCEPTED_WITH_ACTIONS: (*_TO_DECISION, "accept_with_actions"),
    Status.REJECTED: (*_TO_DECISION, "reject"),
    Status.WITHDRAWN: ("submit", "withdraw"),
}
