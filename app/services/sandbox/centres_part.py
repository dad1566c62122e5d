"""What the centre's people do on the way: they fill in the form, submit, mend, and withdraw."""

from io import BytesIO

from app.domain.errors import Conflict
from app.domain.policies import PolicyKey
from app.domain.sections import DetailsGroup
from app.domain.working_days import london_date
from app.models import Application
from app.queries.contacts import list_held_roles
from app.queries.return_items import list_current_items
from app.queries.sites import list_open_sites
from app.samples import SampleFile, answers, sample_policy
from app.schemas.agreements import AgreementAcceptance
from app.schemas.applications import Withdrawal
from app.schemas.contacts import ContactCreate
from app.schemas.reviews import ReturnItemAnswer
from app.schemas.submissions import SubmissionCreate
from app.services import agreements, contacts, details, policies, submissions
from app.services.applications import withdrawal
from app.services.applications.start import start_application
from app.services.reviews import return_items
from app.services.sandbox.people import ANY_VERSION
from app.services.sandbox.story import Story
from app.services.uploads import Upload


async def start(story: Story) -> None:
    """Start the application."""
    work = story.by_user()
    made = await start_application(work, story.centre)
    story.started = await work.session.get_one(Application, made.id)


async def fill_in(story: Story) -> None:
    """Complete the three sections and the contacts."""
    await _add_contacts(story)
    today = london_date(story.now)
    sites = [str(site.id) for site in await list_open_sites(story.work.session, story.centre.id)]
    groups = answers.super_users_groups(story.run) | answers.colleagues_groups(sites, today)
    groups["centre-type"]["uses_satellites"] = len(sites) > 1
    groups["experience"] = answers.experience(today) | {"delivery_staff": answers.delivery_staff()}
    for name, values in groups.items():
        await details.save_group(story.by_user(), story.application, DetailsGroup(name), ANY_VERSION, values)
    for key in PolicyKey:
        await _upload(story, key, sample_policy(key, editable=True))
    await _agree(story)


async def _add_contacts(story: Story) -> None:
    """One person for each role that nobody holds yet."""
    held = {row.role.value for row in await list_held_roles(story.work.session, story.centre.id)}
    for contact in answers.contacts(story.run):
        if held.isdisjoint(contact["roles"]):
            await contacts.create(story.by_user(), story.centre, ContactCreate.model_validate(contact))


async def _upload(story: Story, key: PolicyKey, document: SampleFile) -> None:
    upload = Upload(BytesIO(document.content), document.filename, document.media_type)
    await policies.upload_policy(
        story.by_user(), story.store, story.application, key, ANY_VERSION, upload, "As approved by our board."
    )


async def _agree(story: Story) -> None:
    """Raises `Conflict` where nothing is published that could be agreed to."""
    work = story.by_super_user()
    shown = await agreements.show_agreement(work, story.application)
    if shown.agreement is None or shown.code_of_conduct is None:
        raise Conflict("The agreement has not been published yet.", code="agreement_not_published")
    said = AgreementAcceptance.model_validate(
        {"agreement_id": str(shown.agreement.id), "code_of_conduct_id": str(shown.code_of_conduct.id), "accepted": True}
    )
    await agreements.accept_agreement(work, story.application, ANY_VERSION, said)


async def submit(story: Story) -> None:
    """Submit, or submit again."""
    said = SubmissionCreate(declaration=True)
    await submissions.submit_application(story.by_super_user(), story.application, ANY_VERSION, said)


async def mend(story: Story) -> None:
    """Upload the policy that was asked for, answer every item, and submit again."""
    key = PolicyKey.INTERNAL_QUALITY_ASSURANCE
    await _upload(story, key, sample_policy(key, revised=True, editable=True))
    said = ReturnItemAnswer(answer="The revised policy, approved by our board, is uploaded.")
    for item in await list_current_items(story.work.session, story.application.id):
        await return_items.answer_return_item(story.by_user(), item, ANY_VERSION, said)
    await submit(story)


async def withdraw(story: Story) -> None:
    """Withdraw the application."""
    said = Withdrawal(reason="We have decided to apply next year.")
    await withdrawal.withdraw(story.by_super_user(), story.application, ANY_VERSION, said)
