"""The page that lists all personal data, made from the models."""

from itertools import groupby

from app.models import personal_columns

_HEAD = """# Personal data

Made by `python -m app inventory` from the models, where each column says what it is held for, how long, and what an
erasure does to it. A column that names or describes a person cannot be added without that: a test refuses it.

- **Export** (UK GDPR article 15). Everybody reads their own with `exportOwnPersonalData`; administrators answer for
  people without a log-in with `exportPersonalData`. Check who asks.
- **Erasure** (article 17). `erasePersonalData` erases what is marked so below. It refuses for somebody who is still
  staff, a user or a contact of a centre, or part of an open initial application. Ids, sequences, hashes and positions
  of the feed stay, so the record of changes remains complete; it no longer names the person.
- **Retention** (article 5(1)(e)). The worker erases each night what is older than the periods in
  [settings](settings.md#retention).
- **Documents.** Uploaded policies and evidence can name people. They belong to the record of the application that they
  were submitted with. One that should never have been there is removed (`removePolicyVersion`) or redacted
  (`redactFile`): its content goes, its hash stays, and its name unless that goes, too. [How far the content
  reaches](operations.md#redacted-files).
- **Invoices, credit notes and receipts** name the finance contact and the payer. Tax law asks for them for six years at
  least (VAT Notice 700/21). They stay as issued, with their rows, and neither an erasure nor the worker touches them.
- **Backups** keep what was erased until they expire. After a restore, repeat the erasures since: the record of changes
  has their reasons and times (`person.erased`).

Letters are written from the rows below when they are sent; their text is not kept. Logs hold ids, never names, except
the client's address in security events.
"""


def personal_data_page() -> str:
    """Return the page in Markdown."""
    parts = [_HEAD]
    for table, columns in groupby(sorted(personal_columns()), key=lambda each: each.table):
        rows = [f"| `{each.column}` | {each.purpose} | {each.retention} | {each.erasure.value} |" for each in columns]
        parts.append(
            "\n".join(
                [
                    f"## {table}\n",
                    "| column | held | for how long | on erasure |",
                    "| --- | --- | --- | --- |",
                    *rows,
                    "",
                ]
            )
        )
    return "\n".join(parts)
