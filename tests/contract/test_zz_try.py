from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import operations

P = [
    "anonymous",
    "first_password",
    "user",
    "super_user",
    "other_super_user",
    "customer_experience",
    "finance",
    "other_centre_lead",
    "centre_lead",
    "quality_assurance_manager",
    "administrator",
    "invoices:read",
    "payments:write",
    "events:read",
    "deactivated_user",
]


async def test_x(landscape: Landscape) -> None:
    import time

    t = time.time()
    out = []
    for op in operations():
        row = []
        for p in P:
            a = await landscape.client.request(
                op.method, path_of(landscape, op.id, op.path), headers=landscape.headers(p)
            )
            row.append({401: "1", 403: "3", 404: "4"}.get(a.status_code, "+" + str(a.status_code)))
        out.append((op.id, row))
    print(time.time() - t)
    for id_, row in out:
        print(f'    "{id_}": "{" ".join(row)}",')
