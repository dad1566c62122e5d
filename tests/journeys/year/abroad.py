"""A centre in another country: its address, its number in another register, and the invoice that shows both."""

from app.services.story import beginning
from app.services.story.script import Part
from tests.journeys.year.filling_in import fills_in, save_history
from tests.journeys.year.stage import Centre, Year
from tests.pdf.pdf_reading import words

_ADDRESS = {"line_1": "7 Parade Street", "town": "Kilkenny", "country": "ireland", "postcode": "R95 X2F4"}
_NUMBER = "IE 482915"


async def applies_from_ireland(year: Year, centre: Centre) -> None:
    """With an Eircode, which is no postcode of the United Kingdom."""
    centre.scene.form = centre.scene.form | {"address": _ADDRESS}
    await year.play(centre, beginning.apply)


async def fills_in_as_an_irish_company(year: Year, centre: Centre) -> None:
    """With a number of Ireland's Companies Registration Office instead of one of Companies House."""
    await fills_in(year, centre)
    await save_history(year, centre, {"company_number": None, "overseas_registration_number": _NUMBER})


async def reads_its_invoice(year: Year, centre: Centre) -> None:
    """The country and the number are on it, as data and in print."""
    member = await year.part(Part.SUPER_USER, centre)
    assert member is not None
    customer = (await year.world.get(centre.invoice, member))["customer"]
    assert (customer["address"]["country"], customer["company_number"]) == ("ireland", _NUMBER)
    headers = member.headers | {"Accept": "application/pdf"}
    printed = words((await year.world.client.get(centre.invoice, headers=headers)).content)
    assert "Kilkenny R95 X2F4 Ireland" in printed
    assert _NUMBER in printed
