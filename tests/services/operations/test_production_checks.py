"""Production does not start with development settings, and reports all faults together."""

from decimal import Decimal
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import text

from app.database import Database
from app.domain.actors import StaffRole
from app.domain.vat import VatCategory
from app.security.keys import UnsafeSettings
from app.services.operations.production_checks import require_safe, require_safe_data
from app.settings import Bank, ClamdAddress, EligibleBodies, Environment, Fee, Settings, Smtp, Supplier, VirusScan
from tests.world import World

FEE = Fee(
    sample=False,
    description="Centre recognition",
    vat_category=VatCategory.EXEMPT,
    vat_exemption_reason="VATA 1994, Schedule 9, Group 6",
)
STANDARD = FEE.model_copy(update={"vat_category": VatCategory.STANDARD, "vat_rate_percent": Decimal(20)})
OUTSIDE = FEE.model_copy(update={"vat_category": VatCategory.OUTSIDE})


def _whole(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "environment": Environment.PRODUCTION,
            "secret_key": SecretStr("k" * 32),
            "fee": FEE,
            "supplier": Supplier(vat_number="GB 980 7806 84"),
            "public_url": "https://recognition.example.com",
            "bank": Bank(sample=False),
            "smtp": Smtp(host="relay.example.com"),
            "clamd": ClamdAddress(host="scanner.example.com"),
            "rate_limit_scale": 1,
        }
    )


def test_all_missing_settings_are_reported_together() -> None:
    bare = Settings(environment=Environment.PRODUCTION, data_dir=Path("unused"), rate_limit_scale=2)
    with pytest.raises(UnsafeSettings) as refusal:
        require_safe(bare)
    for name in ("SECRET_KEY", "DATABASE_URL", "FEE", "BANK", "SMTP__HOST", "CLAMD__HOST", "RATE_LIMIT_SCALE"):
        assert f"- {name}:" in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"secret_key": SecretStr("short")}, "SECRET_KEY"),
        ({"secret_key": None}, "SECRET_KEY"),
        ({"database_url": None}, "DATABASE_URL"),
        ({"fee": Fee()}, "FEE"),
        ({"fee": Fee(sample=False, vat_category=VatCategory.EXEMPT)}, "FEE"),
        ({"fee": Fee(sample=False, description="Fee", vat_exemption_reason="None")}, "FEE__VAT_CATEGORY"),
        ({"public_url": None}, "PUBLIC_URL"),
        ({"bank": Bank()}, "BANK"),
        ({"smtp": Smtp()}, "SMTP__HOST"),
        ({"clamd": ClamdAddress()}, "CLAMD__HOST"),
        ({"rate_limit_scale": 100}, "RATE_LIMIT_SCALE"),
        ({"cors_origins": ("https://apply.example.com", "http://localhost:5173")}, "CORS_ORIGINS"),
    ],
)
async def test_each_sample_alone_is_refused(settings: Settings, change: dict[str, object], name: str) -> None:
    with pytest.raises(UnsafeSettings) as refusal:
        require_safe(_whole(settings).model_copy(update=change))
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()[1:]] == [f"- {name}"]


@pytest.mark.parametrize("category", [VatCategory.STANDARD, VatCategory.ZERO, VatCategory.EXEMPT])
async def test_vat_without_a_vat_number_is_refused(settings: Settings, category: VatCategory) -> None:
    """BR-S-02, BR-Z-02, BR-E-02: such an invoice is invalid, and for S and Z it is unlawful."""
    fee = STANDARD.model_copy(update={"vat_category": category})
    (told,) = _refused(settings, fee=fee, supplier=Supplier(company_number="01234567"))
    assert told.startswith(f"- SUPPLIER__VAT_NUMBER: set it: FEE__VAT_CATEGORY is {category.value}.")


async def test_who_is_not_registered_is_outside_the_scope_and_has_a_company_number(settings: Settings) -> None:
    """BR-CO-26: something has to identify the supplier."""
    (told,) = _refused(settings, fee=OUTSIDE, supplier=Supplier())
    assert told.startswith("- SUPPLIER__COMPANY_NUMBER:")
    require_safe(_whole(settings).model_copy(update={"fee": OUTSIDE, "supplier": Supplier(company_number="01234567")}))


async def test_outside_the_scope_beside_a_vat_number_is_refused(settings: Settings) -> None:
    """BR-O-02."""
    (told,) = _refused(settings, fee=OUTSIDE)
    assert told.startswith("- FEE__VAT_CATEGORY: write S, Z or E")


async def test_the_treatment_of_eligible_bodies_is_held_to_the_same_rules_and_told_in_the_same_report(
    settings: Settings,
) -> None:
    exempt = EligibleBodies(vat_category=VatCategory.EXEMPT, vat_exemption_reason="Group 6")
    fee = STANDARD.model_copy(update={"eligible_bodies": exempt})
    require_safe(_whole(settings).model_copy(update={"fee": fee}))
    told = _refused(settings, fee=fee, supplier=Supplier(), bank=Bank())
    assert [line.split(":")[0] for line in told] == ["- BANK", "- SUPPLIER__VAT_NUMBER"]
    assert "FEE__VAT_CATEGORY is S and FEE__ELIGIBLE_BODIES__VAT_CATEGORY is E" in told[1]
    outside = EligibleBodies(vat_category=VatCategory.OUTSIDE, vat_exemption_reason="Not registered")
    (other,) = _refused(settings, fee=FEE.model_copy(update={"eligible_bodies": outside}))
    assert other.startswith("- FEE__ELIGIBLE_BODIES__VAT_CATEGORY:")


async def test_vat_in_another_currency_than_sterling_is_refused(settings: Settings) -> None:
    """VAT Regulations 1995, regulation 14(1)(l): the VAT is stated in sterling, and nobody gives us a rate."""
    (told,) = _refused(settings, fee=STANDARD.model_copy(update={"currency": "EUR"}))
    assert told.startswith("- FEE__CURRENCY: write GBP")
    exempt = STANDARD.model_copy(update={"currency": "EUR", "vat_category": VatCategory.EXEMPT, "vat_rate_percent": 0})
    require_safe(_whole(settings).model_copy(update={"fee": exempt}))


def _refused(settings: Settings, **change: object) -> list[str]:
    with pytest.raises(UnsafeSettings) as refusal:
        require_safe(_whole(settings).model_copy(update=change))
    return str(refusal.value).splitlines()[1:]


@pytest.mark.parametrize(
    "change",
    [
        {"clamd": ClamdAddress(), "virus_scan": VirusScan.OFF},
        {"clamd": ClamdAddress(socket=Path("/run/clamav/clamd.ctl"))},
    ],
)
async def test_a_scanner_is_named_or_switched_off_by_name(settings: Settings, change: dict[str, object]) -> None:
    require_safe(_whole(settings).model_copy(update=change))


async def test_secrets_are_not_revealed(settings: Settings) -> None:
    secret = "almost-long-enough-secret"
    with pytest.raises(UnsafeSettings) as refusal:
        require_safe(_whole(settings).model_copy(update={"secret_key": SecretStr(secret)}))
    assert secret not in str(refusal.value)


async def test_sample_documents_and_no_administrator_are_refused(
    world: World, database: Database, settings: Settings
) -> None:
    await world.agreement()
    with pytest.raises(UnsafeSettings) as refusal:
        await require_safe_data(database, _whole(settings).model_copy(update={"bank": Bank()}))
    message = str(refusal.value)
    for part in ("BANK", "centre_agreement", "customer_code_of_conduct", "ADMIN_EMAIL"):
        assert part in message


async def _make_complete(world: World, database: Database) -> None:
    await world.agreement()
    await world.staff(StaffRole.ADMINISTRATOR)
    async with database.transaction() as session:
        # Published rows are immutable, so drop the trigger before making them real.
        await session.execute(text("ALTER TABLE documents DISABLE TRIGGER USER"))
        await session.execute(text("UPDATE documents SET sample = false"))


@pytest.mark.own_database
async def test_a_complete_deployment_starts(world: World, database: Database, settings: Settings) -> None:
    await _make_complete(world, database)
    require_safe(_whole(settings))
    await require_safe_data(database, _whole(settings))


async def test_anything_goes_in_development(database: Database, settings: Settings) -> None:
    require_safe(settings)
    await require_safe_data(database, settings)


@pytest.mark.own_database
async def test_production_as_the_owner_of_the_tables_says_so(
    world: World, database: Database, settings: Settings
) -> None:
    await _make_complete(world, database)
    served = Database.of(settings)
    for connections, told in ((served, []), (database, ["warning"])):
        with structlog.testing.capture_logs() as logged:
            await require_safe_data(connections, _whole(settings))
        assert [line["log_level"] for line in logged if line["event"] == "row_policies_bypassed"] == told
    await served.close()


@pytest.mark.own_database
@pytest.mark.parametrize(("proxies", "told"), [((), True), (("10.0.0.1",), False)])
async def test_production_without_a_trusted_proxy_says_so(
    world: World, database: Database, settings: Settings, proxies: tuple[str, ...], told: bool
) -> None:
    await _make_complete(world, database)
    with structlog.testing.capture_logs() as logged:
        await require_safe_data(database, _whole(settings).model_copy(update={"trusted_proxies": proxies}))
    assert [line["log_level"] for line in logged if line["event"] == "no_trusted_proxy"] == ["warning"] * told
