"""What happens beside the browser, over the API: staff's due diligence and the account, and people's sessions."""

from secrets import token_hex

import httpx

from app.demo.client import Caller
from app.demo.mailbox import Mailbox
from app.demo.people import enter_first_time
from app.demo.screen import Screen
from app.domain.due_diligence import DueDiligenceCheckKey
from app.samples import answers
from tests.browser.servers import Api

_PASSWORD = "a pass phrase of four words"


def new_caller(http: httpx.Client, name: str, token: str | None = None) -> Caller:
    """Somebody who talks to the API without a browser."""
    return Caller(name, http, Screen(1), token)


def session_token(http: httpx.Client, email: str, password: str) -> str:
    """The access token of a new session."""
    session = new_caller(http, email).log_in(email, password)
    assert session is not None, f"{email} is not let in"
    token: str = session.body["access_token"]
    return token


def sign_in(http: httpx.Client, email: str, password: str) -> Caller:
    """Somebody who is let in."""
    return new_caller(http, email, session_token(http, email, password))


def new_staff(api: Api, *roles: str) -> tuple[str, str]:
    """The log-in details of a new member of staff."""
    email = f"casey.{token_hex(4)}@staff.example.org"
    words = ["--first-name", "Casey", "--last-name", "Ng", "--password-stdin"]
    for role in roles:
        words += ["--role", role]
    api.app("staff", "create", "--email", email, *words, typed=_PASSWORD)
    return email, _PASSWORD


def create_account(api: Api, staff: Caller, reference: str, super_user: str) -> str:
    """Stage two for the initial application of this reference; the first password that was mailed is handed out."""
    found = staff.get("/v1/initial-applications", text=reference).body["items"]
    assert len(found) == 1, f"{len(found)} initial applications came of one attempt"
    path = f"/v1/initial-applications/{found[0]['id']}"
    for check in DueDiligenceCheckKey:
        body = {"check": check.value, "outcome": "clear", "note": "Looked at for the browser's test."}
        staff.post(f"{path}/checks", body, on=path)
    staff.post(f"{path}/account", {}, on=path)
    return Mailbox(api.folder / "mail").first_password(super_user)


def new_super_user(api: Api, http: httpx.Client) -> tuple[str, str]:
    """The log-in details of the super user of a new centre, with the first password changed."""
    form = answers.initial_application(token_hex(4))
    email = form["initial_super_user"]["email"]
    receipt = new_caller(http, "Applicant").post("/v1/initial-applications", form).body
    create_account(api, sign_in(http, *new_staff(api, "customer_experience")), receipt["reference"], email)
    _, password = enter_first_time(new_caller(http, email), Mailbox(api.folder / "mail"), email)
    return email, password
