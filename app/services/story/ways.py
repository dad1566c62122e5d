"""For each state the acts that lead there: a step that joins the process is added here."""

from collections.abc import Mapping

from app.domain.sandbox import SandboxState
from app.services.story import centre, staff
from app.services.story.script import Act

_COMPLETE = (centre.start, centre.fill_in)
_SUBMITTED = (*_COMPLETE, centre.submit)
_RETURNED = (*_SUBMITTED, staff.return_at_initial_review)
_INVOICED = (*_SUBMITTED, staff.pass_initial_review)
_PAID = (*_INVOICED, staff.begin_review)
_MET = (*_PAID, staff.arrange_next, staff.hold_interview)
_RECOMMENDED = (*_MET, staff.recommend)

WAYS: Mapping[SandboxState, tuple[Act, ...]] = {
    SandboxState.DRAFT: (centre.start,),
    SandboxState.READY_TO_SUBMIT: _COMPLETE,
    SandboxState.SUBMITTED: _SUBMITTED,
    SandboxState.RETURNED: _RETURNED,
    SandboxState.RESUBMITTED: (*_RETURNED, centre.resubmit),
    SandboxState.AWAITING_PAYMENT: _INVOICED,
    SandboxState.IN_REVIEW: _PAID,
    SandboxState.RETURNED_BY_CENTRE_LEAD: (*_PAID, staff.return_by_centre_lead),
    SandboxState.INTERVIEW_ARRANGED: (*_PAID, staff.arrange_interview),
    SandboxState.INTERVIEW_HELD: _MET,
    SandboxState.AWAITING_DECISION: _RECOMMENDED,
    SandboxState.REFERRED_BACK: (*_RECOMMENDED, staff.refer_back),
    SandboxState.ACCEPTED: (*_RECOMMENDED, staff.accept),
    SandboxState.ACCEPTED_WITH_ACTIONS: (*_MET, staff.recommend_with_actions, staff.accept_with_actions),
    SandboxState.REJECTED: (*_RECOMMENDED, staff.reject),
    SandboxState.WITHDRAWN: (*_SUBMITTED, centre.withdraw),
}
