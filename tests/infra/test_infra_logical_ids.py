"""The logical ids that infra puts together are the CDK's own: a unit may become a construct, and no resource is replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aws_cdk import App, CfnResource, Stack
from constructs import Construct

from infra.parts.logical_id import logical_id

PATHS = [
    ("Foundation", "Roles", "Job"),
    ("ModelBuild", "Build", "Log", "Group"),  # a part that ends the one before is said once
    ("Foundation", "Storage", "Key", "Resource"),  # and this one not at all
    ("Foundation", "Storage", "Key", "Alias", "Resource"),
    ("Resource", "Inner"),
    ("a-b", "b", "b"),
    ("Long" * 40, "Longer" * 30),
]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Path -> the id that the CDK gives a resource there."""
    folder = tmp_path_factory.mktemp("ids")
    app = App(outdir=str(folder))
    stack = Stack(app, "ids")
    scopes: dict[tuple[str, ...], Construct] = {(): stack}
    for path in PATHS:
        for length in range(1, len(path)):
            here, part = path[: length - 1], path[length - 1]
            if path[:length] not in scopes:
                scopes[path[:length]] = Construct(scopes[here], part)
        scope, name = scopes[path[:-1]], path[-1]
        CfnResource(scope, name, type="AWS::SNS::Topic", properties={"DisplayName": "/".join(path)})
    app.synth()
    template = json.loads(Path(folder, "ids.template.json").read_text())
    return {one["Properties"]["DisplayName"]: name for name, one in template["Resources"].items()}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "/".join(path)[:40])
def test_a_logical_id_is_the_one_that_the_cdk_gives(path: tuple[str, ...], given: dict[str, str]) -> None:
    assert logical_id(path) == given["/".join(path)]
