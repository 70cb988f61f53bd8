"""The import contracts: each forbidden import, planted, is refused."""

from copy import deepcopy
from pathlib import Path

import grimp
import pytest
from importlinter import configuration
from importlinter.application import use_cases
from importlinter.domain.contract import Contract, registry

configuration.configure()

OUTSIDE = ("flask", "twilio", "requests", "sqlalchemy", "os", "time", "random", "pathlib", "socket")
OF_PAGES = ("flask", "twilio", "requests", "sqlalchemy", "os", "pathlib", "socket")
STOREYS = ("cli", "bootstrap", "entrypoints", "adapters", "services", "domain")


def packages_of(storey: str) -> list[str]:
    """Name each package of a storey that has modules."""
    found = {path.parent for path in Path("ivr", storey).rglob("*.py") if path.name != "__init__.py"}
    return sorted(".".join(path.parts) for path in found if path.name != "versions")


def module_of(package: str) -> str:
    """Give any module of the package."""
    folder = Path(*package.split("."))
    return f"{package}.{min(path.stem for path in folder.glob('*.py') if path.stem != '__init__')}"


PLANTED = [
    *((package, name) for package in packages_of("domain") for name in OUTSIDE),
    *((package, name) for package in packages_of("services") for name in OF_PAGES),
    *(
        (package, "twilio")
        for storey in STOREYS
        for package in packages_of(storey)
        if package != "ivr.adapters.twilio"
    ),
    *((package, "flask") for package in packages_of("adapters")),
    *((package, "ivr.adapters.database.engine") for package in packages_of("entrypoints/console")),
    *(
        (package, module_of(above))
        for place, storey in enumerate(STOREYS)
        for package in packages_of(storey)
        for above in (packages_of(higher)[0] for higher in STOREYS[:place])
    ),
]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("ivr", include_external_packages=True, cache_dir=None)


@pytest.fixture(scope="module")
def contracts() -> list[Contract]:
    options = use_cases.read_user_options(config_filename="pyproject.toml")
    use_cases._register_contract_types(options)
    return [
        registry.get_contract_class(one["type"])(
            name=one["name"], session_options=options.session_options, contract_options=one
        )
        for one in options.contracts_options
    ]


def kept(contract: Contract, graph: grimp.ImportGraph) -> bool:
    return bool(contract.check(graph=deepcopy(graph), verbose=False).kept)


def test_the_house_as_it_stands_keeps_every_contract(
    graph: grimp.ImportGraph, contracts: list[Contract]
) -> None:
    assert [one.name for one in contracts if not kept(one, graph)] == []


def test_each_forbidden_import_is_refused(graph: grimp.ImportGraph, contracts: list[Contract]) -> None:
    unseen = []
    for package, imported in PLANTED:
        planted = deepcopy(graph)
        if imported not in planted.modules:
            planted.add_module(imported, is_squashed=True)
        planted.add_import(importer=module_of(package), imported=imported)
        if all(kept(one, planted) for one in contracts):
            unseen.append(f"{module_of(package)} -> {imported}")

    assert unseen == []
