"""An application whose form is filled in, staff's acts on it over the API, and the centre's way to its home."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from time import sleep

import httpx
from playwright.sync_api import Locator, Page, expect

from app.demo.client import Caller
from app.demo.mailbox import Mailbox
from app.demo.people import enter_first_time
from app.demo.player import HttpPlayer
from app.domain.json_values import JsonObject
from app.samples import casework
from app.services.story import beginning, centre
from app.services.story.script import Part, Scene
from tests.browser.filling import fill_in
from tests.browser.servers import Api
from tests.browser.staff import new_caller, new_staff, sign_in


@dataclass(frozen=True)
class Case:
    """A submitted application, the people who work on it, and the log-in details of the centre's super user."""

    player: HttpPlayer
    staff: Caller
    manager: Caller
    email: str
    password: str

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the centre, its application and what belongs to it."""
        return self.player.scene.ids

    @property
    def application(self) -> str:
        """The path of the application."""
        return f"/v1/applications/{self.ids['application']}"

    @property
    def super_user(self) -> Caller:
        """The centre's super user beside the browser."""
        return self.player.cast[Part.SUPER_USER]

    def act(self, path: str, body: JsonObject) -> JsonObject:
        """A step of staff on the application."""
        return self.staff.post(f"{self.application}/{path}", body, on=self.application).body

    def interview(self, starts_at: datetime) -> str:
        """Arrange an interview; its path."""
        arranged = self.act("interviews", casework.interview(starts_at))
        self.ids["interview"] = arranged["id"]
        return f"{self.application}/interviews/{arranged['id']}"

    def hold_interview(self) -> None:
        """Arrange an interview that begins at once, and record it as held."""
        starts_at = datetime.now(UTC) + timedelta(seconds=2)
        path = self.interview(starts_at)
        sleep(max(0.0, (starts_at - datetime.now(UTC)).total_seconds()) + 0.1)
        self.staff.post(f"{path}/outcome", casework.INTERVIEW_HELD, on=path)


def submitted(api: Api, http: httpx.Client) -> Case:
    """Play stages one to three over the API, up to the submission. One person takes staff's steps but the decision."""
    scene = Scene(token_hex(4), datetime.now(UTC))
    staff = sign_in(http, *new_staff(api, "customer_experience", "finance", "centre_lead"))
    manager = sign_in(http, *new_staff(api, "quality_assurance_manager"))
    cast = {
        Part.APPLICANT: new_caller(http, "Applicant"),
        Part.CUSTOMER_EXPERIENCE: staff,
        Part.FINANCE: staff,
        Part.CENTRE_LEAD: staff,
        Part.QUALITY_ASSURANCE_MANAGER: manager,
    }
    player = HttpPlayer(cast, scene)
    email = scene.form["initial_super_user"]["email"]
    player.play(beginning.apply, beginning.carry_out_due_diligence, beginning.open_account)
    entered, password = enter_first_time(new_caller(http, email), Mailbox(api.folder / "mail"), email)
    cast |= {Part.SUPER_USER: entered, Part.USER: entered}
    player.play(centre.start, centre.fill_in, centre.submit)
    scene.ids["centre_lead"] = staff.get("/v1/me").body["id"]
    return Case(player, staff, manager, email, password)


def enter(page: Page, example: str, case: Case) -> None:
    """Sign in as the centre's super user; home is shown."""
    page.goto(f"{example}/#/sign-in")
    fill_in(page.locator("main form"), {"email": case.email, "password": case.password})
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()


def home(page: Page) -> Locator:
    """Open the home page anew; what is to be done now."""
    page.get_by_role("link", name="Centre recognition").click()
    page.reload()
    return page.locator("section.next")


def stage(page: Page) -> Locator:
    """The current stage on the home page."""
    return page.locator('.stages > [aria-current="step"]')
