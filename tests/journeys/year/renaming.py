"""A recognised centre changes its name, and gets its certificate anew."""

from app.services.story.script import Part
from tests.journeys.year.stage import Centre, Year

_NEW = "Ivy & Oak Works"


async def asks_for_another_name(year: Year, centre: Centre) -> None:
    """The super user asks; the old name stands until staff answer."""
    body = {"name": _NEW, "trading_name": None, "reason": "We have merged with Oak Works."}
    asked = await year.send(await year.part(Part.SUPER_USER, centre), f"{centre.path}/name-changes", json=body)
    centre.scene.ids["name_change"] = asked["id"]


async def gets_its_new_name(year: Year, centre: Centre) -> None:
    """Customer experience approves, which replaces the certificate."""
    member = await year.part(Part.SUPER_USER, centre)
    before = await year.world.get(f"{centre.path}/recognition", member)
    staff = await year.part(Part.CUSTOMER_EXPERIENCE, centre)
    await year.send(staff, f"/v1/name-changes/{centre.scene.ids['name_change']}/approval", json={})
    centre.former_certificates.append(before["number"])
    centre.name = _NEW
