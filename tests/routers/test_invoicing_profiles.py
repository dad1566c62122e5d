"""Finance records whether a centre is an eligible body and where it receives electronic invoices (R18)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import StaffRole
from app.domain.vat import VatCategory
from app.models import Event
from app.settings import ElectronicAddressSetting, EligibleBodies, Fee, Supplier
from tests.routers.finance_stage import at_once, issue, passed
from tests.ubl.judges import broken, texts
from tests.world import Login, World

GLN = {"scheme": "0088", "id": "5012345678900"}
EVIDENCE = "A further education corporation, by the register of providers."
ELIGIBLE = {"eligible_body": True, "evidence": EVIDENCE, "electronic_address": GLN}
TAXED = {
    "fee": Fee(
        vat_category=VatCategory.STANDARD,
        vat_rate_percent=Decimal(20),
        eligible_bodies=EligibleBodies(vat_category=VatCategory.EXEMPT, vat_exemption_reason="Group 6"),
    ),
    "supplier": Supplier(
        vat_number="GB980780684",
        electronic_address=ElectronicAddressSetting.model_validate({"scheme": "9932", "id": "980780684"}),
    ),
}


async def _put(world: World, login: Login, path: str, body: Any, tag: str | None = '"0"') -> httpx.Response:
    headers = login.headers | ({"If-Match": tag} if tag is not None else {})
    return await world.client.put(path, json=body, headers=headers)


async def test_only_finance_records_and_only_staff_read(world: World) -> None:
    centre, stranger = await world.centre(), await world.centre()
    path = f"/v1/centres/{centre.id}/invoicing-profile"
    finance, lead = await world.staff(StaffRole.FINANCE), await world.staff(StaffRole.CENTRE_LEAD)
    assert (await world.client.get(path)).status_code == 401
    for login, status in ((stranger.super_user, 404), (centre.super_user, 403)):
        assert (await world.client.get(path, headers=login.headers)).status_code == status
        assert (await _put(world, login, path, ELIGIBLE)).status_code == status
    assert (await _put(world, lead, path, ELIGIBLE)).status_code == 403
    shown = await world.get(path, lead)
    assert (shown["eligible_body"], shown["evidence"], shown["electronic_address"]) == (False, None, None)
    assert (shown["vat_category"], shown["recorded_by_name"], shown["etag"]) == ("O", None, '"0"')
    assert (await _put(world, finance, path, ELIGIBLE, None)).status_code == 428


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"eligible_body": True}, "/evidence", "required"),
        ({"eligible_body": True, "evidence": None}, "/evidence", "required"),
        ({"evidence": EVIDENCE}, "/eligible_body", "required"),
        (
            ELIGIBLE | {"electronic_address": GLN | {"id": "5012345678901"}},
            "/electronic_address/id",
            "invalid_electronic_address",
        ),
        (ELIGIBLE | {"electronic_address": GLN | {"scheme": "9999"}}, "/electronic_address/scheme", "not_a_choice"),
        (ELIGIBLE | {"electronic_address": {"scheme": "EM"}}, "/electronic_address/id", "required"),
    ],
)  # fmt: skip
async def test_what_proves_nothing_is_refused(world: World, body: Any, pointer: str, code: str) -> None:
    centre = await world.centre()
    finance = await world.staff(StaffRole.FINANCE)
    refused = await _put(world, finance, f"/v1/centres/{centre.id}/invoicing-profile", body)
    assert refused.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [(pointer, code)]


async def test_each_change_is_audited_and_a_repeat_changes_nothing(world: World) -> None:
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}/invoicing-profile"
    finance = await world.staff(StaffRole.FINANCE)
    first = await _put(world, finance, path, ELIGIBLE)
    assert (first.status_code, first.json()["evidence"]) == (200, EVIDENCE)
    assert first.json()["recorded_by_name"] == finance.name
    again = await _put(world, finance, path, ELIGIBLE, first.headers["etag"])
    assert again.json()["etag"] == first.json()["etag"]
    assert (await _put(world, finance, path, {"eligible_body": False})).status_code == 412
    none = await _put(world, finance, path, {"eligible_body": False}, first.headers["etag"])
    assert none.json()["electronic_address"] is None
    async with world.database.transaction() as session:
        rows = await session.scalars(select(Event).where(Event.type == "centre.invoicing_recorded").order_by(Event.id))
        audits = [row.audit or {} for row in rows]
    assert audits[0]["after"] == ELIGIBLE
    assert audits[1]["before"] == ELIGIBLE
    assert audits[1]["after"] == {"eligible_body": False, "evidence": None, "electronic_address": None}
    assert len(audits) == 2


async def test_of_two_who_record_at_once_one_is_told(world: World) -> None:
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}/invoicing-profile"
    finance = await world.staff(StaffRole.FINANCE)
    answers = await at_once(*(_put(world, finance, path, ELIGIBLE | {"evidence": str(n)}) for n in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.requirement("R18")
async def test_it_decides_the_treatment_of_the_invoices_to_come(world: World) -> None:
    """An eligible body is exempt where the settings say so; everybody else is charged. Issued invoices stay."""
    settings = world.settings.model_copy(update=TAXED)
    finance = await world.staff(StaffRole.FINANCE)
    before, after = await passed(world), await passed(world)
    ids = [await issue(world, before.id, settings)]
    for application in (before, after):
        path = f"/v1/centres/{application.centre_id}/invoicing-profile"
        assert (await _put(world, finance, path, ELIGIBLE)).status_code == 200
    ids.append(await issue(world, after.id, settings))
    taxed, exempt = [await world.get(f"/v1/invoices/{id_}", finance) for id_ in ids]
    assert [line["vat_category"] for line in taxed["lines"]] == ["S"]
    assert [line["vat_category"] for line in exempt["lines"]] == ["E"]
    assert (exempt["vat"]["amount"], exempt["lines"][0]["exemption_reason"]) == (0, "Group 6")
    assert (taxed["customer"]["electronic_address"], exempt["customer"]["electronic_address"]) == (None, GLN)
    accepted = finance.headers | {"Accept": "application/xml"}
    xml = (await world.client.get(f"/v1/invoices/{ids[1]}", headers=accepted)).content
    assert broken(xml) == set(), "both parties have an address, so it is for Peppol"
    assert texts(xml, "cbc:ProfileID") == ["urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"]


async def test_without_a_treatment_of_their_own_eligible_bodies_are_taxed_as_everybody(world: World) -> None:
    """Nothing here decides tax law."""
    fee = Fee(vat_category=VatCategory.STANDARD, vat_rate_percent=Decimal(20))
    settings = world.settings.model_copy(update=TAXED | {"fee": fee})
    application, finance = await passed(world), await world.staff(StaffRole.FINANCE)
    path = f"/v1/centres/{application.centre_id}/invoicing-profile"
    await _put(world, finance, path, ELIGIBLE)
    shown = await world.get(f"/v1/invoices/{await issue(world, application.id, settings)}", finance)
    assert [line["vat_category"] for line in shown["lines"]] == ["S"]
