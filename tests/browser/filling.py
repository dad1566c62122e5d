"""Fill in a form of the example as a person would, from the JSON that it should send."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator


def fill_in(form: Locator, values: Mapping[str, Any], pointer: str = "") -> None:
    """Answer every question that `values` has an answer for; each is found by its pointer."""
    for name, value in values.items():
        _answer(form, f"{pointer}/{name}", value)


def question(form: Locator, pointer: str) -> Locator:
    """The place of one question, with its label, its hint and its fault."""
    return form.locator(f'[data-pointer="{pointer}"]')


def _answer(form: Locator, pointer: str, value: Any) -> None:
    place = question(form, pointer)
    if isinstance(value, bool):
        _say(place, value)
    elif isinstance(value, dict):
        fill_in(form, value, pointer)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        _fill_list(form, place, pointer, value)
    elif isinstance(value, list):
        _choose(place, value)
    elif place.locator("select").count():
        place.locator("select").select_option(value)
    else:
        place.locator("input, textarea").fill(str(value))


def _say(place: Locator, value: bool) -> None:
    if place.get_by_role("checkbox").count():
        place.get_by_role("checkbox").set_checked(value)
    else:
        place.get_by_role("radio", name="Yes" if value else "No", exact=True).check()


def _choose(place: Locator, values: list[str]) -> None:
    if place.locator("textarea").count():
        place.locator("textarea").fill("\n".join(values))
    for value in values if place.locator('input[type="checkbox"]').count() else ():
        box = place.locator(f'input[value="{value}"]')
        if not box.is_visible():
            place.locator("summary").click()
        box.check()


def _fill_list(form: Locator, place: Locator, pointer: str, entries: list[dict[str, Any]]) -> None:
    there = place.locator(":scope > fieldset > div > fieldset.entry")
    for index, entry in enumerate(entries):
        if index >= there.count():
            place.locator(":scope > fieldset > button").click()
        fill_in(form, entry, f"{pointer}/{index}")
