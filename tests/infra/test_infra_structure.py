"""How infra is built: folders that list what is in them and import downwards alone, and no resource or role from elsewhere."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from infra import ROOT
from tests.verifiers.assembly import Assembly

INFRA = ROOT / "infra"
PACKAGES = ["commands", "commands.costs", "commands.doctor", "commands.teardown", "iam", "parts", "settings", "units"]
# Folder -> the folders of infra that its modules may import, besides itself.
BELOW = {
    "settings": set(),
    "iam": {"settings"},
    "parts": {"iam", "settings"},
    "units": {"iam", "parts", "settings"},
    "commands": {"parts", "settings"},
}


def modules(folder: Path) -> set[str]:
    """The modules and packages right below, but for what `python -m` runs."""
    found = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    return found - {"__init__", "__main__"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_lists_all_of_its_modules_and_nothing_else(package: str) -> None:
    told = importlib.import_module(f"infra.{package}").__doc__ or ""
    listed = set(re.findall(r"^(?:\| `(\w+)` \||\s*(\w+)\s{2,}\S)", told, re.MULTILINE))
    names = {name for pair in listed for name in pair if name} - {"__main__"}
    assert names == modules(INFRA / package.replace(".", "/"))


@pytest.mark.parametrize("folder", BELOW)
def test_a_folder_imports_only_what_lies_below_it(folder: str) -> None:
    imported = {
        name
        for path in (INFRA / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (name := (node.module or "").partition("infra.")[2].partition(".")[0])
    }
    assert imported <= {*BELOW[folder], folder}


def test_every_resource_is_made_by_its_own_class() -> None:
    """A generic CfnResource takes any dictionary: neither mypy nor an editor knows its properties."""
    generic = [path for path in INFRA.rglob("*.py") if re.search(r"\bCfnResource\b", path.read_text())]
    assert generic == []


def test_nothing_is_granted_outside_of_iam() -> None:
    granting = [path for path in INFRA.rglob("*.py") if re.search(r"\.grant(_\w+)?\(", path.read_text())]
    assert granting == []


def test_no_construct_makes_a_role_or_a_policy_of_its_own(assembly: Assembly) -> None:
    """The roles of the project are in its foundation, those of a stage elsewhere in that account's stack."""
    assert assembly.of("AWS::IAM::Policy", "AWS::IAM::UserPolicy", "AWS::IAM::RolePolicy") == []
    made = assembly.of("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")
    assert [one.where for one in made if not re.match(r"(Roles|StageAccount)[A-Z]", one.logical_id)] == []
    assert [one.where for one in made if one.properties.get("Policies")] == []


def test_no_function_is_made_but_those_of_infra(assembly: Assembly) -> None:
    """Some L2 classes add one, to configure what CloudFormation cannot: it would act in a role of its own."""
    packages = {path.parent.name for path in (INFRA / "functions").glob("*/handler.py")}
    handlers = {one.properties["Handler"] for one in assembly.of("AWS::Lambda::Function")}
    assert handlers <= {f"functions.{package}.handler.handler" for package in packages}
    assert assembly.of("AWS::CloudFormation::CustomResource") == []
