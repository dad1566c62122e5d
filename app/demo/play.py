"""The demonstration from first to last: it plays the acts of the story, and tells what happens around them."""

import secrets
from functools import partial

import httpx

from app.demo.beginning import create_account, enter_centre, send_initial_application
from app.demo.client import Caller, DemoFailed, connect
from app.demo.fee import collect
from app.demo.form import fill_in, review_twice, submit
from app.demo.interview import lead_and_decide
from app.demo.mailbox import Mailbox
from app.demo.people import gather_staff
from app.demo.player import HttpPlayer, real_time
from app.demo.recognition import certify, follow_up
from app.demo.screen import Screen
from app.demo.server import Server, reached_server
from app.demo.stage import Stage
from app.demo.summary import print_summary, print_timeline
from app.domain.due_diligence import DueDiligenceCheckKey
from app.services.story.script import Part, Scene
from app.settings import Settings

_STAGES = 9


def play(settings: Settings) -> None:
    """Play the whole process. Raises `DemoFailed` where it must not run, or when a response is not as expected."""
    _require_harmless(settings)
    screen = Screen(_STAGES)
    screen.stage("A server, and the awarding organisation's staff")
    with reached_server(settings, screen) as server, connect(server.address) as http:
        play_at(settings, server, http, screen)


def play_at(settings: Settings, server: Server, http: httpx.Client, screen: Screen) -> None:
    """Play the whole process at a server whose mail is captured in `DATA_DIR`. Raises `DemoFailed`."""
    try:
        _tell(_set(settings, server, http, screen), server, screen)
    except (LookupError, StopIteration) as error:
        raise DemoFailed(f"A response lacks what the story needs: {error!r}.") from error


def _require_harmless(settings: Settings) -> None:
    if settings.production:
        raise DemoFailed("The demonstration invents people and centres: it does not run against a production system.")
    if settings.smtp.host is not None:
        raise DemoFailed(
            "The demonstration reads captured mail; with a mail server it would write to strangers. Unset SMTP__HOST."
        )


def _set(settings: Settings, server: Server, http: httpx.Client, screen: Screen) -> Stage:
    scene = Scene(secrets.token_hex(3), real_time(), concern=DueDiligenceCheckKey.ADDRESS, editable=False)
    folder = settings.data_dir.absolute()
    mailbox = Mailbox(folder / "mail")
    new_caller = partial(Caller, http=http, screen=screen)
    staff = gather_staff(new_caller, mailbox, folder / "demo-staff.json", scene.run)
    scene.ids["centre_lead"] = staff.centre_lead.get("/v1/me").body["id"]
    cast = {
        Part.APPLICANT: new_caller("Applicant"),
        Part.CUSTOMER_EXPERIENCE: staff.customer_experience,
        Part.CENTRE_LEAD: staff.centre_lead,
        Part.QUALITY_ASSURANCE_MANAGER: staff.quality_assurance_manager,
    }
    player = HttpPlayer(cast, scene)
    return Stage(server.address, new_caller, mailbox, staff, player, folder / "demo" / scene.run, [])


def _tell(stage: Stage, server: Server, screen: Screen) -> None:
    screen.stage("The initial application")
    send_initial_application(stage)
    screen.stage("Due diligence and the account")
    create_account(stage)
    screen.stage("The centre moves in: sites, users, contacts")
    enter_centre(stage)
    screen.stage("The application and its three sections")
    fill_in(stage)
    screen.stage("Submission, return, and the second round")
    submit(stage)
    review_twice(stage)
    screen.stage("The fee")
    invoice = collect(stage)
    screen.stage("Centre lead, interview, recommendation, decision")
    lead_and_decide(stage)
    screen.stage("Recognition")
    recognised = certify(stage)
    follow_up(stage)
    stage.super_user.says("looks back at the timeline:")
    print_timeline(stage)
    print_summary(stage, recognised, invoice, server.start_again)
