"""Refuse to start production on development settings or data, and name every fault at once."""

import structlog

from app.database import Database
from app.domain.documents import AGREED_KINDS, DOCUMENT_TITLES
from app.queries.documents import current_documents
from app.queries.operations import row_policies_bind
from app.queries.people import count_administrators
from app.security.keys import UnsafeSettings
from app.settings import SHORTEST_KEY, Fault, Settings, VirusScan, in_the_clear, vat_faults

log = structlog.get_logger(__name__)


def require_safe(settings: Settings) -> None:
    """Raise `UnsafeSettings` with every setting to fix. Development allows anything."""
    _require_none(faults_in_production(settings))


async def require_safe_data(database: Database, settings: Settings) -> None:
    """Raise `UnsafeSettings` unless the settings are safe, the real agreements are published and an administrator
    exists.

    Call it after `bootstrap`, which creates the administrator.
    """
    if settings.production:
        _require_none([*faults_in_production(settings), *await faults_in_data(database)])
        if not settings.trusted_proxies:
            log.warning("no_trusted_proxy", meaning="behind a proxy, all callers share its address and its limits")
        async with database.lease(read_only=True) as session:
            if not await row_policies_bind(session):
                log.warning("row_policies_bypassed", meaning="our database role owns the tables or sees every row")


async def faults_in_data(database: Database) -> list[Fault]:
    """Return what production lacks in the database."""
    faults = []
    async with database.transaction() as session:
        published = await current_documents(session, AGREED_KINDS)
        administrators = await count_administrators(session)
    for kind in AGREED_KINDS:
        if kind not in published or published[kind].sample:
            faults.append(Fault("Documents", f"publish the real '{DOCUMENT_TITLES[kind]}' ({kind})."))
    if not administrators:
        faults.append(Fault("ADMIN_EMAIL", "there is no administrator yet; name the first one."))
    return faults


def faults_in_production(settings: Settings) -> list[Fault]:
    """Return every setting that is missing or unsafe in production; none in development."""
    if not settings.production:
        return []
    faults: list[Fault] = []
    key = settings.secret_key.get_secret_value() if settings.secret_key is not None else ""
    if len(key) < SHORTEST_KEY:
        faults.append(Fault("SECRET_KEY", f"set a random one of at least {SHORTEST_KEY} characters."))
    if settings.database_url is None:
        faults.append(Fault("DATABASE_URL", "set it; the embedded database is for development."))
    faults += [
        Fault(name.upper(), f"set the real {name}, and '{name}.sample = false'.") for name in settings.sample_values()
    ]
    fee = settings.fee
    printed = f"{fee.description} {fee.vat_exemption_reason if fee.vat_category.needs_reason else ''}"
    if not fee.sample and "sample" in printed.casefold():
        faults.append(
            Fault("FEE", "'description' or 'vat_exemption_reason' is still the sample's; it stands on invoices.")
        )
    faults += vat_faults(settings)
    if settings.public_url is None:
        faults.append(
            Fault("PUBLIC_URL", "set the address under which the world reaches the API; it stands on certificates.")
        )
    if any(not origin.startswith("https://") for origin in settings.cors_origins):
        faults.append(
            Fault("CORS_ORIGINS", "take 'https' origins only; who is between could change the page of another.")
        )
    if settings.smtp.host is None:
        faults.append(Fault("SMTP__HOST", "set it; without one no email leaves this machine."))
    faults += in_the_clear(settings)
    if settings.virus_scan is VirusScan.ON and not settings.clamd.named:
        faults.append(
            Fault(
                "CLAMD__HOST",
                "name the virus scanner, or its CLAMD__SOCKET. VIRUS_SCAN=off runs without one; then nobody looks "
                "for viruses in uploads.",
            )
        )
    if settings.rate_limit_scale != 1:
        faults.append(Fault("RATE_LIMIT_SCALE", "leave it out; it is for test automation."))
    return faults


def _require_none(faults: list[Fault]) -> None:
    if faults:
        raise UnsafeSettings("Production cannot start like this:\n" + "\n".join(f"- {fault}" for fault in faults))
