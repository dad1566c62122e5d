"""The closing summary: what there is now, where it lies, and who can look at it."""

from collections import Counter
from pathlib import Path

from app.demo.client import Caller
from app.demo.people import LogIn
from app.demo.recognition import Recognised
from app.demo.stage import Centre, Stage, listed

# Many and small: they are counted here, and the timeline has each of them.
_SMALL = {
    "application.details_saved": "saved groups",
    "application.policy_uploaded": "uploaded policies",
    "application.return_item_answered": "answered items",
}


def print_timeline(super_user: Caller, application: str) -> None:
    """The application's timeline as the centre sees it, its main events one to a line."""
    events = []
    cursor: str | None = None
    while True:
        query = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = super_user.get(f"{application}/timeline", **query).body
        events += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    small = Counter(_SMALL[event["type"]] for event in events if event["type"] in _SMALL)
    for event in events:
        if event["type"] not in _SMALL:
            print(f"    {event['occurred_at'][11:19]}  {event['summary']} ({event['actor']['name'] or 'a system'})")
    print(f"    … and between them {listed([f'{number} {what}' for what, number in small.items()])}")


def print_summary(
    stage: Stage, centre: Centre, application: str, recognised: Recognised, invoice: Path, start_again: str | None
) -> None:
    """Links, files and log-ins; `start_again` is the command for a server that ends with the demonstration."""
    shown = centre.super_user.get(application).body
    print(f"\n{shown['centre_name']} ({centre.reference}) is a recognised centre: {recognised.number}.")
    print(
        f"Application {shown['reference']}: returned once, mended, paid, interviewed, '{shown['status_for_centre']}'."
    )
    _print_rows(
        "Links" if start_again is None else f"Links, after: {start_again}",
        (
            ("Verify the certificate", f"{stage.address}/v1/certificates/{recognised.number}"),
            ("Register", f"{stage.address}/v1/recognised-centres"),
            ("Process", f"{stage.address}/v1/process"),
            ("Try it out", f"{stage.address}/docs"),
            ("Application", f"{stage.address}{application}   (with a log-in)"),
            ("Timeline", f"{stage.address}{application}/timeline   (with a log-in)"),
        ),
    )
    _print_rows(
        "Files",
        (
            ("Certificate", str(recognised.certificate)),
            ("Welcome pack", str(recognised.welcome_pack)),
            ("Invoice", str(invoice)),
            ("Interview", str(stage.folder / "interview.ics")),
            ("Mail", str(stage.mailbox.folder)),
        ),
    )
    everybody: tuple[LogIn, ...] = (*centre.log_ins, *stage.staff.log_ins)
    _print_rows("Log-ins, for POST /v1/sessions", [(who.role, f"{who.email}   {who.password}") for who in everybody])


def _print_rows(title: str, rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> None:
    print(f"\n  {title}")
    for name, value in rows:
        print(f"    {name:<24}{value}")
