"""The inventory of personal data is what the models say, and each period in it is a setting that exists."""

import re
from pathlib import Path

from app.services.privacy.inventory import personal_data_page
from app.settings.retention import Retention

PAGE = Path(__file__).parents[3] / "docs" / "personal-data.md"


def test_the_page_is_made_from_the_models() -> None:
    assert PAGE.read_text(encoding="utf-8") == personal_data_page(), "run 'python -m app inventory'"


def test_its_periods_are_settings() -> None:
    named = set(re.findall(r"`RETENTION__([A-Z_]+)`", personal_data_page()))
    assert named <= {name.upper() for name in Retention.model_fields}
    assert {"DECLINED_MONTHS", "FORMER_PEOPLE_MONTHS", "LETTERS_MONTHS"} <= named
