"""The stages' stacks get the run's tag by a commit to model-deploy, one for all of them."""

from __future__ import annotations

import json
from pathlib import Path

from infra import ROOT
from sandbox.settings import SandboxSettings
from tests.conftest import client_of
from tests.smoke_aws.fixtures import RUN, walk_in

CONFIGS = ("staging-config.json", "prod-config.json")


def test_the_stages_configurations_carry_the_runs_tag_and_stay_what_they_were(
    sandbox: SandboxSettings, tmp_path: Path
) -> None:
    codecommit = client_of(sandbox)("codecommit")
    where = {"repositoryName": f"smoke-{RUN}-model-deploy"}
    codecommit.create_repository(**where)
    files = [{"filePath": path, "fileContent": (ROOT / path).read_bytes()} for path in CONFIGS]
    first = codecommit.create_commit(**where, branchName="main", putFiles=files)["commitId"]
    walk_in(tmp_path, client=client_of(sandbox)).tag_endpoints()
    for path in CONFIGS:
        config = json.loads(codecommit.get_file(**where, filePath=path)["fileContent"])
        assert config["Tags"] == {"SmokeRun": RUN}
        assert config["Parameters"] == json.loads((ROOT / path).read_text())["Parameters"]
    tip = codecommit.get_branch(**where, branchName="main")["branch"]["commitId"]
    assert codecommit.get_commit(**where, commitId=tip)["commit"]["parents"] == [first]
