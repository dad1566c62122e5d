"""Fill a database with rows of every list, made by PostgreSQL.

Every centre has one application and came with one initial application. Two in three are recognised, and two in three
have an invoice. Triggers and foreign keys are taken off, so the tables of words are filled in one go; a test holds
them against what the product writes.
"""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Common words, and a few that are rare in different degrees: `quillon` one in 1,000, `zephyr` seven in all.
_NAME = """(ARRAY['Trent','Severn','Avon','Mersey','Humber','Tyne','Thames','Exe','Derwent','Ouse'])
[1 + n * 7 % 101 % 10] || ' ' || (ARRAY['Academy','College','Training','Skills','Learning'])[1 + n * 11 % 103 % 5]
|| CASE WHEN n % 1000 = 7 THEN ' Quillon' ELSE '' END || CASE WHEN n % :step = 3 THEN ' Zephyr' ELSE '' END"""
# Nine in ten are closed; `awaiting_decision` is rare.
_STATUS = """CASE WHEN n % 20 < 11 THEN 'accepted' WHEN n % 20 < 13 THEN 'accepted_with_actions'
WHEN n % 20 < 16 THEN 'rejected' WHEN n % 20 < 18 THEN 'withdrawn' WHEN n % :step = 19 THEN 'awaiting_decision'
WHEN n % 40 < 20 THEN 'submitted' ELSE 'in_review' END"""
_RECOGNISED = "('accepted', 'accepted_with_actions')"
# Sorted by time as the product's ids are, and different for each table.
_ID = (
    "(lpad(to_hex(%s), 12, '0') || '7' || substr(md5(%s || '%s'), 1, 3) || '8' || substr(md5(%s || '%s'), 4, 15))::uuid"
)
_SPAN = "interval '3600 days' * (n / :count.0)"
_START = "timestamptz '2016-01-04 10:00Z'"
# An event's id has its time, by which the record finds a period.
_MOMENT = f"(extract(epoch FROM {_START} + {_SPAN}) * 1000)::bigint"


def _id(salt: str, number: str = "n") -> str:
    return _ID % (number, number, salt, number, salt)


def _code(series: str) -> str:
    number = "lpad(n::text, 6, '0')"
    whole = f"'{series}2026' || {number}"
    return f"ARRAY['{series}', '2026', {number}, '{series}2026', left({whole}, {len(series) + 7}), {whole}]"


_POSTCODE = "'de' || n % 90, n % 9 || 'aa', 'de' || n % 90 || n % 9 || 'aa'"
_TABLES = {
    "people": f"""(id, version, first_name, last_name, email, email_key, created_at, words)
    SELECT {_id("person")}, 1, 'Lead', 'Number ' || n, 'lead' || n || '@example.org', 'lead' || n || '@example.org',
        {_START}, ARRAY['lead']
    FROM generate_series(1, 20) AS n""",
    "staff_members": f"""(id, version, person_id, roles, created_at)
    SELECT {_id("staff")}, 1, {_id("person")}, ARRAY['centre_lead'], {_START} FROM generate_series(1, 20) AS n""",
    "centres": f"""(id, version, reference, name, name_key, email, email_domain, telephone, address_line_1,
        address_town, address_postcode, address_country, created_at, words)
    SELECT {_id("centre")}, 1, 'CEN-2026-' || lpad(n::text, 6, '0'), name, lower(name), 'office@c' || n || '.example',
        'c' || n || '.example', '+441632960000', '1 High Street', 'Derby', 'DE' || n % 90 || ' ' || n % 9 || 'AA',
        'england',
        {_START} + {_SPAN},
        string_to_array(lower(name), ' ') || {_code("cen")} || ARRAY[{_POSTCODE},
            'office', 'c' || n, 'example']
    FROM (SELECT n, {_NAME} AS name FROM generate_series(0, :count - 1) AS n) AS made""",
    "initial_applications": f"""(id, version, reference, status, organisation_name, name_key, email, email_domain,
        telephone, address_line_1, address_town, address_postcode, address_country, super_user_first_name,
        super_user_last_name, super_user_job_title, super_user_email, super_user_telephone, fingerprint, received_at,
        log_in_details_due_at, log_in_details_sent_at, centre_id, words)
    SELECT {_id("initial")}, 1, 'IA-2026-' || lpad(n::text, 6, '0'),
        CASE WHEN n % 20 = 0 THEN 'declined' WHEN n % 50 = 1 THEN 'received' ELSE 'account_created' END,
        name, lower(name), 'office@c' || n || '.example', 'c' || n || '.example', '+441632960000', '1 High Street',
        'Derby', 'DE' || n % 90 || ' ' || n % 9 || 'AA', 'england', 'Jane', 'Doe', 'Head', 'jane@c' || n || '.example',
        '+441632960000', sha256(n::text::bytea), received, received + interval '2 days',
        CASE WHEN n % 20 <> 0 AND n % 50 <> 1 THEN received + interval '1 day' END, NULL,
        string_to_array(lower(name), ' ') || {_code("ia")} || ARRAY[{_POSTCODE}, 'jane',
            'doe', 'office', 'c' || n, 'example']
    FROM (SELECT n, {_NAME} AS name, {_START} + {_SPAN} + interval '99 days' AS received
        FROM generate_series(0, :count - 1) AS n) AS made""",
    "applications": f"""(id, version, reference, centre_id, centre_name, form_version, status, status_since,
        returned_by_centre_lead, due_at, working_days_used, started_by, started_at, submitted_at, centre_lead_id,
        closed_at, changed_at, words)
    SELECT {_id("application")}, 1, 'CRA-2026-' || lpad(n::text, 6, '0'), {_id("centre")}, name, '1', status, since,
        false, CASE WHEN status IN ('submitted', 'in_review') THEN since + interval '14 days' END, 0,
        {_id("person", "1")}, {_START} + {_SPAN}, since,
        CASE WHEN status <> 'submitted' THEN {_id("person", "(1 + n % 20)")} END,
        CASE WHEN status NOT IN ('submitted', 'in_review', 'awaiting_decision') THEN since END, since,
        string_to_array(lower(name), ' ') || {_code("cra")}
    FROM (SELECT n, {_NAME} AS name, {_STATUS} AS status, {_START} + {_SPAN} + interval '30 days' * (n % 7) AS since
        FROM generate_series(0, :count - 1) AS n) AS made""",
    "recognitions": f"""(id, version, number, centre_id, application_id, status, centre_name, centre_town,
        recognised_from, account_team, certificate_issued_at, ended_at, words)
    SELECT {_id("recognition")}, 1, 'RC-2026-' || lpad(n::text, 6, '0'), {_id("centre")}, {_id("application")},
        CASE WHEN n % 100 = 1 THEN 'ended' ELSE 'active' END, name, 'Derby', ({_START} + {_SPAN})::date, '[]',
        {_START} + {_SPAN}, CASE WHEN n % 100 = 1 THEN now() END,
        string_to_array(lower(name), ' ') || {_code("rc")} || ARRAY['derby']
    FROM (SELECT n, {_NAME} AS name, {_STATUS} AS status FROM generate_series(0, :count - 1) AS n) AS made
    WHERE status IN {_RECOGNISED}""",
    "invoices": f"""(id, number, application_id, centre_id, currency, issued_on, due_on, terms, supplier, customer,
        bank, buyer_reference, payment_reference, lines, net_pence, vat_pence, total_pence, sample, issued_at,
        paid_pence, credited_pence, due_pence, status, days_to_pay, paid_at, updated_at)
    SELECT {_id("invoice")}, 'INV-' || extract(year FROM issued) || '-' || lpad(n::text, 6, '0'), {_id("application")},
        {_id("centre")}, 'GBP', (issued AT TIME ZONE 'Europe/London')::date,
        (issued AT TIME ZONE 'Europe/London')::date + 30, '30 days', '{{}}', '{{"name": "A centre"}}', '{{}}',
        'buyer', 'payment', '[]', 100000, 20000, 120000, true, issued,
        CASE WHEN n % 30 = 1 THEN 0 WHEN n % 30 = 2 THEN 50000 WHEN n % 30 = 4 THEN 0 WHEN n % 90 = 7 THEN 120500
            ELSE 120000 END,
        CASE WHEN n % 30 = 4 THEN 120000 ELSE 0 END,
        CASE WHEN n % 30 = 1 THEN 120000 WHEN n % 30 = 2 THEN 70000 WHEN n % 90 = 7 THEN -500 ELSE 0 END,
        CASE n % 30 WHEN 1 THEN 'issued' WHEN 2 THEN 'part_paid' WHEN 4 THEN 'credited' ELSE 'paid' END, 30,
        CASE WHEN n % 30 NOT IN (1, 2, 4) THEN issued + interval '20 days' END, issued + interval '20 days'
    FROM (SELECT n, {_START} + {_SPAN} + interval '100 days' AS issued FROM generate_series(0, :count - 1) AS n) AS made
    WHERE n % 3 <> 0""",
    "invoice_entries": f"""(id, invoice_id, sequence, kind, amount_pence, currency, credit_note_number,
        received_on, recorded_by_name, recorded_at, centre_id, reversed_by_id, updated_at)
    SELECT {_id("entry")}, {_id("invoice")}, 1, CASE WHEN n % 30 = 4 THEN 'credit' WHEN n % :step = 5 THEN 'refund'
            ELSE 'payment' END,
        CASE WHEN n % 30 = 2 THEN 50000 ELSE 120000 END, 'GBP', CASE WHEN n % 30 = 4 THEN 'CN-' || n END,
        CASE WHEN n % 30 <> 4 AND n % :step <> 5 THEN (paid - interval '1 day')::date END, 'Finance', paid,
        {_id("centre")}, CASE WHEN n % :step = 8 THEN {_id("reversal")} END, paid
    FROM (SELECT n, {_START} + {_SPAN} + interval '120 days' AS paid FROM generate_series(0, :count - 1) AS n) AS made
    WHERE n % 3 <> 0 AND n % 30 <> 1""",
    "events": f"""(id, aggregate_type, aggregate_id, sequence, type, summary, occurred_at, position, application_id,
        centre_id, centre_sees, actor_kind, actor_roles, public)
    SELECT {_id("event", _MOMENT)}, 'application', {_id("application")}, 1,
        CASE WHEN n % :step = 5 THEN 'application.withdrawn' WHEN n % 2 = 0 THEN 'invoice.paid'
            ELSE 'invoice.issued' END,
        'Something happened', {_START} + {_SPAN}, n, {_id("application")}, {_id("centre")}, true, 'system', '{{}}',
        '{{}}'
    FROM generate_series(0, :count - 1) AS n""",
}
_WORDS = (
    """INSERT INTO centre_words SELECT word, id, id FROM centres, unnest(words) AS word ORDER BY 1, 2""",
    """INSERT INTO application_words SELECT word, status_since, id FROM applications, unnest(words) AS word
    ORDER BY 1, 2""",
    """INSERT INTO initial_application_words SELECT word, received_at, id FROM initial_applications,
    unnest(words) AS word ORDER BY 1, 2""",
    """INSERT INTO recognition_words SELECT word, centre_name, id FROM recognitions, unnest(words) AS word
    WHERE status = 'active' ORDER BY 1, 2""",
    """INSERT INTO invoice_words SELECT word, issued_at, invoices.id
    FROM invoices JOIN applications ON applications.id = application_id,
    LATERAL (SELECT invoice_code_words(number) UNION SELECT invoice_code_words(reference)) AS made (word)
    ORDER BY 1, 2""",
)
_INDEXES = """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(:tables)
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)"""

# Foreign keys are dropped for good: the database is for reading.
_UNGUARDED = """SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text = ANY(:tables)
UNION ALL SELECT format('ALTER TABLE %I DISABLE TRIGGER USER', name) FROM unnest(CAST(:tables AS text[])) AS name"""


async def fill(connection: AsyncConnection, count: int) -> None:
    """Fill an empty, migrated database with `count` applications and what belongs to them, and analyse it."""
    for statement in (await connection.scalars(text(_UNGUARDED), {"tables": list(_TABLES)})).all():
        await connection.execute(text(statement))
    await connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    found = (await connection.execute(text(_INDEXES), {"tables": list(_TABLES)})).all()
    for name, _ in found:
        await connection.execute(text(f"DROP INDEX {name}"))
    for table, rows in _TABLES.items():
        given = {"count": count, "step": max(20, count // 7 // 20 * 20)}
        statement = f"INSERT INTO {table} {rows}"
        for name, value in given.items():
            statement = statement.replace(f":{name}", str(value))
        await connection.exec_driver_sql(statement)
    for statement in _WORDS:
        await connection.exec_driver_sql(statement)
    for _, definition in found:
        await connection.exec_driver_sql(definition)
    await connection.commit()
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    # While somebody holds an older snapshot, as autovacuum may, rows do not count as visible to all, and the planner
    # takes indexes for dear.
    for _ in range(20):
        await connection.exec_driver_sql("VACUUM ANALYZE")
        hidden = text("SELECT count(*) FROM pg_class WHERE relname = ANY(:tables) AND relallvisible < relpages")
        if not (await connection.execute(hidden, {"tables": list(_TABLES)})).scalar_one():
            return
        await asyncio.sleep(0.5)
