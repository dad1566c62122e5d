"""The contract's links alone lead from a started application to a submitted one."""

from tests.conformance.plugin import current
from tests.fuzz.link_walk import walk
from tests.fuzz.stage import ServedLandscape

# They lead away from a submission; the example for `updateContact` takes five roles from the contact.
UNDONE = {
    "withdrawApplication",
    "declareNotApplicable",
    "removePolicyVersion",
    "updateContact",
    "deleteContact",
    "closeSite",
    "deactivateCentreUser",
}


def test_links_alone_lead_to_a_submitted_application(stage: ServedLandscape) -> None:
    """From `startApplication`: contact, details, policies, agreement, submission, each by a link of an answer."""
    stage.reset()
    submitted = walk(
        current(),
        stage,
        "startApplication",
        "submitApplication",
        without=UNDONE,
    )
    assert submitted is not None
    assert submitted.answer.status_code == 201
    assert submitted.way[0] == "startApplication"
    assert len(submitted.way) >= 3
