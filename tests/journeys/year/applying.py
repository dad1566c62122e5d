"""From the web form to a centre that has moved in."""

from app.domain.due_diligence import DueDiligenceCheckKey
from app.jobs.schedule import run_recurring
from app.services.story import beginning
from app.services.story.script import Part
from tests.integrations.imap_server import ImapServer, serving
from tests.integrations.notices import POSTFIX, notice
from tests.jobs.test_bounces import READ_BOUNCES, reading
from tests.journeys.year.stage import Centre, Year

OWN_PASSWORD = "a-Password-that-{run}-chose"
_TELEPHONED = "They telephoned: nobody answers at the address that they had typed."


async def applies(year: Year, centre: Centre) -> None:
    """Somebody sends the web form."""
    await year.play(centre, beginning.apply)


async def mistypes_its_address(year: Year, centre: Centre) -> None:
    """One letter is wrong, so the acknowledgement will come back."""
    right = centre.mailboxes["office"]
    wrong = right.replace("harbour", "habrour")
    centre.mailboxes |= {"office": wrong, "right office": right}
    centre.scene.form = centre.scene.form | {"email": wrong}
    await year.play(centre, beginning.apply)


async def acknowledgement_comes_back(year: Year, centre: Centre) -> None:
    """Its mail system returns the acknowledgement; the worker reads the notice, and staff see it in the list."""
    letter = year.post.newest(centre.mailboxes["office"])
    with serving(ImapServer(notice(POSTFIX, letter.id))) as mailbox:
        await run_recurring(reading(year.means, mailbox.port), READ_BOUNCES)
    staff = await year.part(Part.CUSTOMER_EXPERIENCE, centre)
    listed = await year.world.get("/v1/initial-applications?limit=100", staff)
    statuses = {each["id"]: each["acknowledgement_status"] for each in listed["items"]}
    assert statuses[centre.scene.ids["initial_application"]] == "bounced"


async def address_is_corrected(year: Year, centre: Centre) -> None:
    """Customer experience corrects the address and sends the acknowledgement anew."""
    staff = await year.part(Part.CUSTOMER_EXPERIENCE, centre)
    body = {"reason": _TELEPHONED, "email": centre.mailboxes["right office"]}
    await year.send(staff, f"{centre.initial}/corrections", match=centre.initial, json=body)
    centre.mailboxes["office"] = centre.mailboxes.pop("right office")
    await year.send(staff, f"{centre.initial}/acknowledgement")


async def is_late_for_an_answer(year: Year, centre: Centre) -> None:
    """Two working days have passed without log-in details, and the worker has told customer experience this morning."""
    assert (await year.world.get(centre.initial, await year.part(Part.CUSTOMER_EXPERIENCE, centre)))["late"]


async def is_admitted(year: Year, centre: Centre) -> None:
    """Due diligence finds nothing, and customer experience opens the account."""
    await year.play(centre, beginning.carry_out_due_diligence, beginning.open_account)


async def is_declined(year: Year, centre: Centre) -> None:
    """Due diligence raises a concern that nothing puts right."""
    centre.scene.concern = DueDiligenceCheckKey.ADDRESS
    await year.play(centre, beginning.carry_out_due_diligence, beginning.decline)
    centre.scene.concern = None


async def applies_again(year: Year, centre: Centre) -> None:
    """From its own premises, this time."""
    centre.scene.form = centre.scene.form | {"telephone": "01632 960177"}
    await year.play(centre, beginning.apply)


async def moves_in(year: Year, centre: Centre, reader: str = "super_user") -> None:
    """Log in with the first password of the letter, and replace it with one's own."""
    email, chosen = centre.mailboxes[reader], OWN_PASSWORD.format(run=centre.scene.run)
    first = year.post.first_password(email)
    session = await year.send(None, "/v1/sessions", json={"email": email, "password": first})
    assert session["must_change_password"]
    limited = {"Authorization": f"Bearer {session['access_token']}"}
    me = await year.world.client.get("/v1/me", headers=limited)
    body = {"current_password": first, "new_password": chosen}
    headers = limited | {"If-Match": me.headers["etag"]}
    changed = await year.world.client.put("/v1/me/password", json=body, headers=headers)
    assert changed.status_code == 200, changed.text
    centre.passwords[email] = chosen


async def colleague_moves_in(year: Year, centre: Centre) -> None:
    """The colleague does the same."""
    await moves_in(year, centre, "colleague")


async def invites_a_colleague(year: Year, centre: Centre) -> None:
    """The super user invites somebody to fill in the form with."""
    await year.play(centre, beginning.invite_colleague)


async def loses_its_super_user(year: Year, centre: Centre) -> None:
    """The bursar telephones; customer experience calls back, and names the successor."""
    staff = await year.part(Part.CUSTOMER_EXPERIENCE, centre)
    centre.mailboxes["lost"] = centre.mailboxes["super_user"]
    centre.mailboxes["successor"] = f"jo.patel@{centre.mailboxes['lost'].partition('@')[2]}"
    body = {
        "lost_user_id": centre.scene.ids["super_user"],
        "first_name": "Jo",
        "last_name": "Patel",
        "job_title": "Deputy Head",
        "email": centre.mailboxes["successor"],
        "telephone": "01632 960188",
        "requested_by": "Helen Marsh, Principal, by telephone",
        "reason": "Dana Holt left in a hurry, and nobody else can sign in.",
        "identity_check": {"method": "called_back", "note": "Called back on the switchboard's number."},
    }
    await year.send(staff, f"{centre.path}/super-user-replacements", json=body)


async def successor_takes_over(year: Year, centre: Centre) -> None:
    """With the first password; from then on, the lost super user is out."""
    await moves_in(year, centre, "successor")
    centre.mailboxes["super_user"] = centre.mailboxes["successor"]
    lost = {"email": centre.mailboxes["lost"], "password": centre.passwords[centre.mailboxes["lost"]]}
    refused = await year.world.client.post("/v1/sessions", json=lost)
    assert refused.status_code == 401


async def names_another_quality_manager(year: Year, centre: Centre) -> None:
    """The lost super user was a contact as well, whom letters would still have reached."""
    member = await year.part(Part.SUPER_USER, centre)
    contacts = (await year.world.get(f"{centre.path}/contacts", member))["items"]
    contact = next(each for each in contacts if "overall_quality_manager" in each["roles"])
    path = f"{centre.path}/contacts/{contact['id']}"
    body = {"first_name": "Jo", "last_name": "Patel", "email": centre.mailboxes["successor"]}
    await year.send(member, path, method="PATCH", match=path, json=body)
    centre.mailboxes["overall_quality_manager"] = centre.mailboxes["successor"]
