"""Play the process from the public form to the submitted application, with the generated client only.

PYTHONPATH=../generated/openapi-python-client python process.py STORY.json
"""

import json
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from centre_recognition_client import AuthenticatedClient, Client, models
from centre_recognition_client.api.applications import (
    get_application,
    get_readiness,
    start_application,
    submit_application,
)
from centre_recognition_client.api.contacts import create_contact
from centre_recognition_client.api.initial_applications import (
    create_centre_account,
    create_initial_application,
    get_initial_application,
    record_due_diligence_check,
)
from centre_recognition_client.api.sandbox import create_sandbox_centre, get_sandbox_email, list_sandbox_emails
from centre_recognition_client.api.sections import (
    accept_agreement,
    get_agreement,
    get_application_details_group,
    list_policies,
    save_centre_type_details,
    save_experience_details,
    save_history_details,
    save_invoice_details,
    save_learner_numbers_details,
    save_provision_details,
    save_suitability_details,
    upload_policy,
)
from centre_recognition_client.api.sessions import change_password, create_session
from centre_recognition_client.api.sites import create_site, list_sites
from centre_recognition_client.types import File, Response

Story = dict[str, Any]
Body = TypeVar("Body")
SAVES: dict[models.DetailsGroup, tuple[type[Any], Any]] = {
    models.DetailsGroup.CENTRE_TYPE: (models.CentreTypeDraft, save_centre_type_details),
    models.DetailsGroup.EXPERIENCE: (models.ExperienceDraft, save_experience_details),
    models.DetailsGroup.HISTORY: (models.HistoryDraft, save_history_details),
    models.DetailsGroup.INVOICE: (models.InvoiceDraft, save_invoice_details),
    models.DetailsGroup.LEARNER_NUMBERS: (models.LearnerNumbersDraft, save_learner_numbers_details),
    models.DetailsGroup.PROVISION: (models.ProvisionDraft, save_provision_details),
    models.DetailsGroup.SUITABILITY: (models.SuitabilityDraft, save_suitability_details),
}
FIRST_PASSWORD = re.compile(r"\b[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){3}\b")


def main(story: Story) -> dict[str, str]:
    """Play the process; return the id and status of the application."""
    url = story["url"]
    hired = create_sandbox_centre.sync_detailed(client=Client(url), body=models.SandboxCentreCreate())
    checker = done(hired, models.SandboxCentre).staff.customer_experience
    centre_id = open_account(story, sign_in(url, checker))
    centre = enter_first_time(url, story["initial_application"]["initial_super_user"]["email"])
    site_ids = move_in(story, centre, centre_id)
    started = done(start_application.sync_detailed(centre_id, client=centre, idempotency_key=key()), models.Application)
    fill_in(story, centre, started.id, site_ids)
    upload(story, centre, started.id)
    agree(centre, started.id)
    submit(centre, started.id)
    seen = done(get_application.sync_detailed(started.id, client=centre), models.Application)
    return {"application": str(started.id), "status": str(seen.status)}


def done(answer: Response[Any], kind: type[Body]) -> Body:
    """Return the parsed response, or exit with the problem."""
    if not isinstance(answer.parsed, kind):
        raise SystemExit(f"{answer.status_code}: {answer.content.decode()}")
    return answer.parsed


def key() -> str:
    """Return a new idempotency key."""
    return str(uuid4())


def sign_in(url: str, log_in: models.SandboxLogIn) -> AuthenticatedClient:
    """Sign in with a known password; return the client."""
    return opened(url, log_in.email, str(log_in.password))[0]


def opened(url: str, email: str, password: str) -> tuple[AuthenticatedClient, bool]:
    """Start a session; return its client, and whether the password must be changed."""
    body = models.SessionCreate(email=email, password=password)
    session = done(create_session.sync_detailed(client=Client(url), body=body), models.SessionTokens)
    return AuthenticatedClient(url, session.access_token), session.must_change_password


def enter_first_time(url: str, email: str) -> AuthenticatedClient:
    """Sign in with the emailed first password and change it, which is all that it permits; return the client."""
    anybody = Client(url)
    listed = list_sandbox_emails.sync_detailed(client=anybody, to=email, kind="log_in_details")
    newest = done(listed, models.SandboxEmailPage).items[0]
    mail = done(get_sandbox_email.sync_detailed(newest.id, client=anybody), models.SandboxEmailContent)
    first = FIRST_PASSWORD.findall(mail.text)[0]
    limited, must_change = opened(url, email, first)
    assert must_change
    body = models.PasswordChange(current_password=first, new_password=f"chosen-{uuid4()}")
    changed = done(change_password.sync_detailed(client=limited, body=body), models.SessionTokens)
    return AuthenticatedClient(url, changed.access_token)


def open_account(story: Story, staff: AuthenticatedClient) -> UUID:
    """Send the public form, record due diligence and create the account; return the centre's id."""
    form = models.InitialApplicationCreate.from_dict(story["initial_application"])
    sent = create_initial_application.sync_detailed(client=Client(story["url"]), body=form, idempotency_key=key())
    received = done(sent, models.InitialApplicationReceipt).id

    def etag() -> str:
        return get_initial_application.sync_detailed(received, client=staff).headers["ETag"]

    for check in story["due_diligence"]:
        recorded = record_due_diligence_check.sync_detailed(
            received,
            client=staff,
            body=models.DueDiligenceCheckCreate.from_dict(check),
            if_match=etag(),
            idempotency_key=key(),
        )
        done(recorded, models.DueDiligenceCheck)
    made = create_centre_account.sync_detailed(
        received, client=staff, body=models.CentreAccountCreate(), if_match=etag(), idempotency_key=key()
    )
    return done(made, models.CentreAccount).id


def move_in(story: Story, centre: AuthenticatedClient, centre_id: UUID) -> list[str]:
    """Add the second site and the contacts; return the ids of the sites."""
    site = models.SiteCreate.from_dict(story["delivery_site"])
    done(create_site.sync_detailed(centre_id, client=centre, body=site, idempotency_key=key()), models.Site)
    for given in story["contacts"]:
        contact = models.ContactCreate.from_dict(given)
        added = create_contact.sync_detailed(centre_id, client=centre, body=contact, idempotency_key=key())
        done(added, models.Contact)
    return [str(each.id) for each in done(list_sites.sync_detailed(centre_id, client=centre), models.SiteList).items]


def fill_in(story: Story, centre: AuthenticatedClient, application: UUID, site_ids: list[str]) -> None:
    """Save all groups of section Application."""
    for each in story["groups"]["provision"]["intended_qualifications"]:
        each["site_ids"] = site_ids
    for group, (draft, operation) in SAVES.items():
        body = draft.from_dict(story["groups"][str(group)])
        etag = get_application_details_group.sync_detailed(application, group, client=centre).headers["ETag"]
        saved = operation.sync_detailed(application, client=centre, body=body, if_match=etag)
        if saved.status_code != 200:
            raise SystemExit(f"{group}: {saved.content.decode()}")


def upload(story: Story, centre: AuthenticatedClient, application: UUID) -> None:
    """Upload the eleven policies."""
    for policy in done(list_policies.sync_detailed(application, client=centre), models.PolicyList).items:
        document = story["policies"][str(policy.key)]
        content = Path(document["path"]).read_bytes()
        file = File(BytesIO(content), document["file_name"], document["media_type"])
        sent = upload_policy.sync_detailed(
            application,
            policy.key,
            client=centre,
            body=models.UploadPolicyForm(file=file, note=f"Policy {policy.letter})"),
            if_match=policy.etag,
        )
        version = done(sent, models.Policy).current_version
        assert version is not None
        assert version.size_bytes == len(content)


def agree(centre: AuthenticatedClient, application: UUID) -> None:
    """Accept both documents."""
    answer = get_agreement.sync_detailed(application, client=centre)
    shown = done(answer, models.AgreementState)
    assert shown.agreement is not None
    assert shown.code_of_conduct is not None
    body = models.AgreementAcceptance(
        agreement_id=shown.agreement.id, code_of_conduct_id=shown.code_of_conduct.id, accepted=True
    )
    accepted = accept_agreement.sync_detailed(application, client=centre, body=body, if_match=answer.headers["ETag"])
    done(accepted, models.AgreementState)


def submit(centre: AuthenticatedClient, application: UUID) -> None:
    """Check that nothing is missing, then submit."""
    missing = done(get_readiness.sync_detailed(application, client=centre), models.Readiness).missing
    assert not missing, missing
    sent = submit_application.sync_detailed(
        application,
        client=centre,
        body=models.SubmissionCreate(declaration=True),
        if_match=get_application.sync_detailed(application, client=centre).headers["ETag"],
        idempotency_key=key(),
    )
    done(sent, models.Submission)


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
