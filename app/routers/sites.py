"""A centre's sites (R08)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.centres import MainSite, SiteClosed, TooManySites
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Site
from app.queries.centres import CentreRow, find_centre
from app.queries.sites import find_site
from app.schemas import sites as schemas
from app.services import sites

routes = router("/v1/centres/{centre_id}/sites", "Sites")
CentreDep = Annotated[CentreRow, Target]
SiteDep = Annotated[Site, Target]

_CHANGE = require(Permission.MANAGE_SITES_AND_CONTACTS, find_site)


@routes.get(
    "",
    operation_id="listSites",
    summary="List a centre's sites",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def list_sites(work: WorkDep, centre: CentreDep) -> schemas.SiteList:
    """Returns the open sites, the main site first."""
    return await sites.list_all(work, centre)


@routes.post(
    "",
    operation_id="createSite",
    status_code=201,
    summary="Add a delivery site",
    dependencies=[
        require(Permission.MANAGE_SITES_AND_CONTACTS, find_centre, location="/v1/centres/{centre_id}/sites/{id}")
    ],
)
@refuses(TooManySites)
async def create_site(work: WorkDep, centre: CentreDep, body: schemas.SiteCreate) -> schemas.Site:
    """Adds a delivery site, or satellite. The main site was created with the account."""
    return await sites.create(work, centre, body)


@routes.get(
    "/{site_id}",
    operation_id="getSite",
    summary="Read a site",
    dependencies=[require(Permission.READ_CENTRE, find_site)],
)
async def get_site(work: WorkDep, row: SiteDep) -> schemas.Site:
    """Returns one site, open or closed."""
    return await sites.show(work, row)


@routes.patch("/{site_id}", operation_id="updateSite", summary="Change a site", dependencies=[_CHANGE])
@refuses(SiteClosed)
async def update_site(work: WorkDep, row: SiteDep, expected: ExpectedDep, body: schemas.SiteUpdate) -> schemas.Site:
    """Changes a site's name, address or contact details, including the main site's. A closed site cannot be changed."""
    return await sites.update(work, row, expected, body)


@routes.delete("/{site_id}", operation_id="closeSite", status_code=204, summary="Close a site", dependencies=[_CHANGE])
@refuses(MainSite)
async def close_site(work: WorkDep, row: SiteDep, expected: ExpectedDep) -> None:
    """Closes the site. It is not deleted, because records refer to it. The main site cannot be closed."""
    await sites.close(work, row, expected)
