"""The closing summary: links, files and log-ins."""

from collections import Counter
from pathlib import Path

from app.demo.people import LogIn
from app.demo.recognition import Recognised
from app.demo.stage import Stage, listed

# So many that the timeline here only counts them.
_SMALL = {
    "application.details_saved": "saved groups",
    "application.policy_uploaded": "uploaded policies",
    "application.return_item_answered": "answered items",
}


def print_timeline(stage: Stage) -> None:
    """Print the main events of the timeline, as the centre sees it."""
    events = []
    cursor: str | None = None
    while True:
        query = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = stage.super_user.get(f"{stage.application}/timeline", **query).body
        events += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    small = Counter(_SMALL[event["type"]] for event in events if event["type"] in _SMALL)
    for event in events:
        if event["type"] not in _SMALL:
            print(f"    {event['occurred_at'][11:19]}  {event['summary']} ({event['actor']['name'] or 'a system'})")
    print(f"    … and between them {listed([f'{number} {what}' for what, number in small.items()])}")


def print_summary(stage: Stage, recognised: Recognised, invoice: Path, start_again: str | None) -> None:
    """Print links, files and log-ins. `start_again` is the command for a server that ends with the demonstration."""
    shown = stage.super_user.get(stage.application).body
    reference = stage.super_user.get(stage.centre).body["reference"]
    print(f"\n{shown['centre_name']} ({reference}) is a recognised centre: {recognised.number}.")
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
            ("Application", f"{stage.address}{stage.application}   (with a log-in)"),
            ("Timeline", f"{stage.address}{stage.application}/timeline   (with a log-in)"),
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
    everybody: tuple[LogIn, ...] = (*stage.log_ins, *stage.staff.log_ins)
    _print_rows("Log-ins, for POST /v1/sessions", [(who.role, f"{who.email}   {who.password}") for who in everybody])


def _print_rows(title: str, rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> None:
    print(f"\n  {title}")
    for name, value in rows:
        print(f"    {name:<24}{value}")
