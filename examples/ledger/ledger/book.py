"""Keep the books: read the feed, post, write the Beancount file, and prove that it agrees with the API."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ledger.api import SYSTEM, Api, Json
from ledger.postings import BANK, INCOME, TYPES, VAT, WAIVED, decimal, posting_of
from ledger.store import Store

_KEPT = {
    "invoice.issued": ("invoices", "invoice_id"),
    "credit_note.issued": ("credit-notes", "credit_note_id"),
}
_OPENED, _BEGINNING = "1970-01-01", "2000-01-01"


def catch_up(api: Api, store: Store) -> int:
    """Read the feed from where it was left, and post what is new. Returns how many events that were.

    The feed is complete and in order. So a webhook that is late, doubled or lost changes nothing but the moment.
    """
    for events, cursor in api.events(store.cursor(), TYPES):
        store.keep_page(events, cursor)
    unposted = store.unposted()
    for event in unposted:
        text = posting_of(api, event)
        _tell(api, event)
        store.post(event, text)
    return len(unposted)


def _tell(api: Api, event: Json) -> None:
    """Say where the document is in these books. Saying it twice is saying it once. Payments have the bank's id."""
    kind, name = _KEPT.get(event["type"], ("", ""))
    if kind:
        body = {"sync_state": "synced", "external_id": f"position-{event['position']}"}
        api.put(f"/v1/{kind}/{event['data'][name]}/external-refs/{SYSTEM}", body).raise_for_status()


def write(store: Store, path: Path, *checks: str) -> None:
    """Write the file anew. Whoever reads it meanwhile sees the old one, and a crash leaves the old one."""
    postings = store.postings()
    debtors = sorted(set(re.findall(r"Assets:Debtors:\w+", "\n".join(postings))))
    opened = [f"{_OPENED} open {account}" for account in ("Assets:Debtors", BANK, VAT, WAIVED, INCOME, *debtors)]
    text = "\n\n".join(["\n".join(opened), *postings, *checks]) + "\n"
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def prove(api: Api, store: Store, path: Path) -> str:
    """Have Beancount check the books against the API's reconciliation. Returns its complaints: empty if they agree."""
    # The API counts by London's days, wherever this runs.
    today = datetime.now(ZoneInfo("Europe/London")).date()
    found = api.get("/v1/reconciliation", {"from": _BEGINNING, "to": today.isoformat()})
    checks = (check for each in found["currencies"] for check in _checks(each, today + timedelta(days=1)))
    write(store, path, *checks)
    program = Path(sys.executable).with_name("bean-check")
    done = subprocess.run([program, "--no-cache", path], capture_output=True, text=True, check=False)
    return done.stderr or ("" if done.returncode == 0 else "bean-check failed")


def _checks(totals: Json, day: date) -> Iterator[str]:
    """The balances that each account must have at the beginning of the day, by what the API has."""

    def total(name: str) -> int:
        return int(totals[name]["amount"]["amount"])

    closing = totals["closing"]
    expected = {
        "Assets:Debtors": closing["due"]["amount"] - closing["credit_balance"]["amount"],
        BANK: total("paid") - total("reversed") - total("refunded"),
        WAIVED: total("waived"),
    }
    for account, pence in expected.items():
        # Without a tolerance of its own, Beancount lets a penny pass.
        yield f"{day} balance {account}  {decimal(pence)} ~ 0 {totals['currency']}"
