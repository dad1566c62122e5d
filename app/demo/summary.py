"""The closing summary: what there is now, where it lies, and who can look at it."""

from collections import Counter
from pathlib import Path

from app.demo.client import Caller
from app.demo.people import LogIn
from app.demo.recognition import Recognised
from app.demo.stage import Centre, Stage

# The story's own steps; a timeline has the small changes between them too, which are only counted here.
_TOLD = ("application.", "invoice.", "payment.", "certificate.", "action.")


def print_timeline(super_user: Caller, application: str) -> None:
    """The application's timeline as the centre sees it, its main events one to a line."""
    events = []
    cursor: str | None = None
    while True:
        query: dict[str, str | int] = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = super_user.get(f"{application}/timeline", **query).body
        events += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    told = [event for event in events if event["type"].startswith(_TOLD)]
    for event in told:
        print(f"    {event['occurred_at'][11:19]}  {event['summary']}  ({event['actor']['name'] or 'nobody by name'})")
    others = Counter(event["type"].partition(".")[0] for event in events if event not in told)
    print(f"    and {others.total()} smaller changes: {', '.join(f'{kind} {n}' for kind, n in others.items())}")


def print_summary(
    stage: Stage, centre: Centre, application: str, recognised: Recognised, invoice: Path, *, stays: bool
) -> None:
    """Links, files and log-ins. `stays` is False where the server ends with the demonstration."""
    shown = centre.super_user.get(application).body
    print(f"\n{shown['centre_name']} ({centre.reference}) is a recognised centre: {recognised.number}.")
    print(
        f"Application {shown['reference']}: returned once, mended, paid, interviewed, '{shown['status_for_centre']}'."
    )
    _print_rows(
        "Links" if stays else "Links (start the server again first, with the same PORT and DATA_DIR: make run)",
        (
            ("Verify the certificate", f"{stage.address}/v1/certificates/{recognised.number}"),
            ("Register", f"{stage.address}/v1/recognised-centres"),
            ("Application", f"{stage.address}{application}"),
            ("Timeline", f"{stage.address}{application}/timeline"),
            ("Process", f"{stage.address}/v1/process"),
            ("Try it out", f"{stage.address}/docs"),
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
