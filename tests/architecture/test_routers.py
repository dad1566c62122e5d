"""A router function makes one service call and decides nothing."""

import ast

import pytest

from tests.architecture.trees import Module, calls, functions, module, modules

# What chooses between two courses, in all its spellings.
_CHOICES = (
    ast.If,
    ast.IfExp,
    ast.BoolOp,
    ast.Compare,
    ast.Match,
    ast.NamedExpr,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.TryStar,
    ast.Assert,
    ast.Raise,
    ast.Lambda,
)


# The browser pages build HTML and belong to no operation of the contract.
ROUTERS = tuple(source for source in modules("app/routers") if source.path != "app/routers/pages.py")


def decisions(source: Module) -> list[str]:
    """Every choice in a router, every endpoint with two service calls, and every call that goes past the services."""
    services = _imported(source, "app.services")
    below = _imported(source, "app.queries", "app.outbox", "app.domain", "app.security")
    found: list[str] = []
    for function in functions(source.tree):
        nodes = [node for part in (*function.body, *function.decorator_list) for node in ast.walk(part)]
        for node in nodes:
            if isinstance(node, _CHOICES) or (isinstance(node, ast.comprehension) and node.ifs):
                found.append(f"{source.at(node)}: {type(node).__name__} in a router")
            if isinstance(node, ast.Attribute) and node.attr == "session":
                found.append(f"{source.at(node)}: a router reads the database itself")
        made = [call for statement in function.body for call in calls(statement)]
        if sum(_root(call) in services for call in made) > 1:
            found.append(f"{source.at(function)}: {function.name} makes more than one service call")
        found += [f"{source.at(call)}: a router calls past the services" for call in made if _root(call) in below]
    return found


def _imported(source: Module, *packages: str) -> set[str]:
    """The names of modules and functions that a module imports from these packages; a class is a value to hand on."""
    return {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(packages)
        for alias in node.names
        if not alias.name[:1].isupper()
    }


def _root(call: ast.Call) -> str:
    """The first name in a call: `sites` in `sites.show(…)`."""
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return root.id if isinstance(root, ast.Name) else ""


def test_routers_make_one_call_and_decide_nothing() -> None:
    assert [finding for source in ROUTERS for finding in decisions(source)] == []


@pytest.mark.parametrize(
    "body",
    [
        "if row.closed_at:\n        return None\n    return await sites.show(work, row)",
        "return await sites.show(work, row) if row.open else None",
        "return row.open and await sites.show(work, row)",
        "return await sites.show(work, row or work)",
        "return await sites.show(work, [one for one in row if one])",
        "return await sites.show(work, kept := row)",
        "return await sites.show(work, row.number > 3)",
        "match row:\n        case None: return None\n    return await sites.show(work, row)",
        "await sites.close(work, row)\n    return await sites.show(work, row)",
        "return await sites.show(work, await sites.close(work, row))",
        "return await sites.show(work, close_site(row))",
        "kept = await sites.close(work, row)\n    return await close_site(row)",
        "return await find_site(work, {})",
        "return await work.session.scalar(row)",
    ],
)
def test_a_second_call_and_every_spelling_of_a_choice_are_found(body: str) -> None:
    source = (
        "from app.queries.sites import find_site\n"
        "from app.services import sites\nfrom app.services.sites import close_site, Upload\n"
        f'async def show(work, row):\n    """One site."""\n    {body}\n'
    )
    assert decisions(module("app/routers/sites.py", source))


def test_one_call_with_values_around_it_is_fine() -> None:
    source = (
        "from app.services import sites\nfrom app.services.uploads import Upload\n"
        "async def send(work, row, file):\n    return await sites.send(work, row, Upload(file.file))\n"
    )
    assert decisions(module("app/routers/sites.py", source)) == []
