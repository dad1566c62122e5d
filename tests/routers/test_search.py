"""Searches over HTTP: what is found, and that it follows every change (docs/decisions/0020)."""

from typing import Any

import pytest
from sqlalchemy import text, update

from app.domain.actors import StaffRole
from app.domain.recognitions import RecognitionStatus
from app.domain.workflow import Status
from app.models import Recognition
from tests.world import World


async def found(world: World, path: str, words: str, login: Any = None) -> list[str]:
    headers = login.headers if login is not None else {}
    answer = await world.client.get(path, params={"text": words}, headers=headers)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [item.get("organisation_name") or item.get("centre_name") or item["name"] for item in items]


@pytest.mark.parametrize("words", ["", "x" * 101, "two\nlines"])
async def test_a_text_has_1_to_100_characters_on_one_line(world: World, words: str) -> None:
    refused = await world.client.get("/v1/recognised-centres", params={"text": words})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/text")


async def test_every_list_forgives_how_a_name_is_typed(world: World) -> None:
    """Accents, apostrophes, composed or decomposed letters; the last word may be incomplete."""
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    names = {"Ysgol Gŵyr": "ysgol gwy", "O’Brien Skills": "obrien", "Acade\u0301mie Nord": "Acad\u00e9mie nord"}
    for name in names:
        centre = await world.centre(name=name)
        await world.draft(centre)
        await world.received(organisation_name=name)
    for name, words in names.items():
        for path in ("/v1/centres", "/v1/initial-applications", "/v1/applications"):
            shown = await found(world, path, words, staff)
            assert set(shown) == {name}, (path, words)
            assert await found(world, path, f"{words} nowhere", staff) == []


async def test_a_centre_is_found_by_its_people_while_they_are_there(world: World) -> None:
    """By contacts and users, their names and email addresses, as they are now."""
    staff = await world.staff(StaffRole.FINANCE)
    centre = await world.centre(name="Derwent Works")
    contacts = f"/v1/centres/{centre.id}/contacts"
    body = {"first_name": "Zoë", "last_name": "Quillfeather", "email": "zoe@quill.example", "roles": []}
    made = (await world.client.post(contacts, json=body, headers=centre.user.headers)).json()

    async def finds(words: str) -> bool:
        return await found(world, "/v1/centres", words, staff) == ["Derwent Works"]

    assert await finds("zoe quillf")
    assert await finds("zoe@quill.example")
    assert await finds("derwent quillfeather")
    address, headers = f"{contacts}/{made['id']}", {**centre.user.headers, "If-Match": "*"}
    assert (await world.client.patch(address, json={"last_name": "O'Hara"}, headers=headers)).status_code == 200
    assert not await finds("quillfeather")
    assert await finds("ohara")
    assert (await world.client.delete(address, headers=headers)).status_code == 204
    assert not await finds("ohara")

    users = f"/v1/centres/{centre.id}/users"
    invited = {"first_name": "Bartholomew", "last_name": "Finch", "email": "bart@finch.example", "role": "user"}
    invited |= {"job_title": "Tutor", "telephone": "01332 341825"}
    user = (await world.client.post(users, json=invited, headers=centre.super_user.headers)).json()
    assert await finds("bartholomew")
    headers = {**centre.super_user.headers, "If-Match": "*"}
    assert (await world.client.delete(f"{users}/{user['id']}", headers=headers)).status_code == 204
    assert not await finds("bartholomew")
    me = await world.etag("/v1/me", centre.user)
    assert (await world.client.patch("/v1/me", json={"first_name": "Thelonius"}, headers=me)).status_code == 200
    assert await finds("thelonius")


async def test_a_centre_is_found_by_email_and_postcode_as_they_are_now(world: World) -> None:
    staff = await world.staff(StaffRole.FINANCE)
    centre = await world.centre(name="Derwent Works")
    path, headers = f"/v1/centres/{centre.id}", {**centre.super_user.headers, "If-Match": "*"}
    body = {"email": "hello@ebene.example", "address": {"postcode": "SW1A 1AA"}}
    assert (await world.client.patch(path, json=body, headers=headers)).status_code == 200
    for words in ("ebene", "sw1a 1aa", "sw1a1aa", "SW1A"):
        assert await found(world, "/v1/centres", words, staff) == ["Derwent Works"], words
    assert (await world.client.patch(path, json={"address": {"postcode": "DE1 2AB"}}, headers=headers)).is_success
    assert await found(world, "/v1/centres", "sw1a1aa", staff) == []


async def test_an_application_and_its_centre_are_found_by_the_trading_name(world: World) -> None:
    staff = await world.staff(StaffRole.FINANCE)
    centre = await world.centre(name="Derwent Works")
    draft = await world.draft(centre)
    details = f"/v1/applications/{draft['id']}/details/history"
    headers = {**centre.user.headers, "If-Match": "*"}
    for name, words, before in (
        ("Zircon & Søn", "zircon son", "x"),
        ("Kestrel", "kestrel", "zircon"),
        (None, "", "kestrel"),
    ):
        assert (await world.client.patch(details, json={"trading_name": name}, headers=headers)).status_code == 200
        for path in ("/v1/applications", "/v1/centres"):
            assert await found(world, path, f"derwent {words}", staff) == ["Derwent Works"], (path, words)
            assert await found(world, path, before, staff) == [], (path, before)
    assert await found(world, "/v1/applications", f"derwent {draft['reference']}", staff) == ["Derwent Works"]


async def test_the_register_shows_active_recognitions_only(world: World) -> None:
    """And finds nothing personal."""
    centre = await world.centre(name="Łódź O'Brien")
    await world.application(centre, status=Status.ACCEPTED)
    for words in ("lodz", "o brien", "derby", "rc-2026-000001", "rc2026"):
        assert await found(world, "/v1/recognised-centres", words) == ["Łódź O'Brien"], words
    assert await found(world, "/v1/recognised-centres", centre.user.email) == []
    async with world.database.transaction() as session:
        await session.execute(
            update(Recognition).values(status=RecognitionStatus.ENDED, ended_at=world.clock(), version=2)
        )
    assert await found(world, "/v1/recognised-centres", "lodz") == []
    async with world.database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM recognition_words")) == 0
