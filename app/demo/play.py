"""The story from its first line to its last, each part a function of its own."""

import secrets
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import httpx

from app.demo.beginning import create_account, enter_centre, send_initial_application
from app.demo.client import Caller, DemoFailed, connect
from app.demo.fee import collect
from app.demo.form import fill_in, review_twice, submit
from app.demo.interview import lead_and_decide
from app.demo.mailbox import Mailbox
from app.demo.people import gather_staff
from app.demo.recognition import certify, follow_up
from app.demo.screen import Screen
from app.demo.server import Server, reached_server
from app.demo.stage import Stage
from app.demo.summary import print_summary, print_timeline
from app.settings import Settings

_STAGES = 9


def play(settings: Settings) -> None:
    """Play the whole process. Raises `DemoFailed` where it may not be played, or an answer is not as expected."""
    _demand_harmless(settings)
    screen = Screen(_STAGES)
    screen.stage("A server, and the awarding organisation's staff")
    with reached_server(settings, screen) as server, connect(server.address) as http:
        try:
            _tell(_set(settings, server, http, screen), server, screen)
        except (LookupError, StopIteration) as error:
            raise DemoFailed(f"An answer lacks what the story needs: {error!r}.") from error


def _demand_harmless(settings: Settings) -> None:
    if settings.production:
        raise DemoFailed("The demonstration makes up people and centres, so it does not touch a production system.")
    if settings.smtp.host is not None:
        raise DemoFailed(
            "The demonstration reads captured mail and would write to strangers: it does not run with a mail server. "
            "Unset SMTP__HOST."
        )


def _set(settings: Settings, server: Server, http: httpx.Client, screen: Screen) -> Stage:
    run = secrets.token_hex(3)
    folder = settings.data_dir.absolute()
    mailbox = Mailbox(folder / "mail")
    new_caller = partial(Caller, http=http, screen=screen)
    staff = gather_staff(new_caller, mailbox, folder / "demo-staff.json", run)
    today = datetime.now(ZoneInfo("Europe/London")).date()
    return Stage(run, today, server.address, new_caller, mailbox, staff, folder / "demo" / run)


def _tell(stage: Stage, server: Server, screen: Screen) -> None:
    screen.stage("The initial application")
    initial_application = send_initial_application(stage)
    screen.stage("Due diligence and the account")
    path = create_account(stage, initial_application)
    screen.stage("The centre moves in: sites, contacts, users")
    centre = enter_centre(stage, path)
    screen.stage("The application and its three sections")
    application = fill_in(stage, centre)
    screen.stage("Submission, return, and the second round")
    submit(stage, centre, application)
    review_twice(stage, centre, application)
    screen.stage("The fee")
    invoice = collect(stage, application)
    screen.stage("Centre lead, interview, recommendation, decision")
    lead_and_decide(stage, application)
    screen.stage("Recognition")
    recognised = certify(stage, centre)
    follow_up(stage, centre, application)
    centre.super_user.says("looks back at the timeline:")
    print_timeline(centre.super_user, application)
    print_summary(stage, centre, application, recognised, invoice, server.start_again)
