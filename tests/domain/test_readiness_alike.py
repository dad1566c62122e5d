"""The prepared rules of section Application find what rules in their plainest form find, over generated drafts."""

import inspect
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import readiness_details
from app.domain.readiness_details import details_gaps, save_gaps
from app.schemas.details import DETAILS_SCHEMAS
from tests.domain.complete_details import MAIN_ADDRESS, MAIN_SITE, TODAY, complete_details
from tests.domain.drafts import drafts


def _plain() -> ModuleType:
    """The same table of rules, made by the plain builders."""
    made = ModuleType("plain_readiness_details")
    source = inspect.getsource(readiness_details)
    assert "from app.domain.gaps import" in source
    exec(source.replace("from app.domain.gaps import", "from tests.domain.plain_gaps import"), made.__dict__)
    return made


PLAIN = _plain()


DETAILS = st.fixed_dictionaries(
    {},
    optional={group: st.just(complete_details()[group]) | drafts(DETAILS_SCHEMAS[group]) for group in DETAILS_SCHEMAS},
)


@given(
    details=DETAILS,
    address=st.sampled_from([{}, MAIN_ADDRESS]),
    delivery_sites=st.integers(0, 2),
    site_ids=st.sampled_from([frozenset(), frozenset({MAIN_SITE})]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_prepared_rules_find_what_plain_rules_find(
    details: dict[str, Any], address: dict[str, Any], delivery_sites: int, site_ids: frozenset[str]
) -> None:
    around: dict[str, Any] = {
        "main_address": address,
        "open_delivery_sites": delivery_sites,
        "site_ids": site_ids,
        "today": TODAY,
    }
    assert details_gaps(details, **around) == PLAIN.details_gaps(details, **around)
    for group, values in details.items():
        assert save_gaps(group, values, today=TODAY) == PLAIN.save_gaps(group, values, today=TODAY)
