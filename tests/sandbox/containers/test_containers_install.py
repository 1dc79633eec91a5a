"""The code of a job is installed as the container's toolkit does it: by pip, which wants an index unless it is told otherwise."""

from __future__ import annotations

import json

import pytest

from sandbox.containers.serving import ModelServerFailed
from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import ECHO, Process, Serve, Train, processing_request
from tests.sandbox.containers.tarballs import tar

VPC = {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}}
OFFLINE = [{"EnableNetworkIsolation": True}, VPC]
INSTALL = "/opt/venv/bin/python3 -m pip install ."
NO_SETUPTOOLS = "ERROR: No matching distribution found for setuptools>=40.8.0"
SETUP = "from setuptools import setup\nsetup(name='mine', version='1', package_dir={'': 'src'}, py_modules=['inside'])"


@pytest.mark.parametrize("members", OFFLINE)
def test_training_without_an_index_fails_as_in_the_container(train: Train, lines: list[str], members: object) -> None:
    outcome = train("print('trained')", **members)  # type: ignore[arg-type]
    assert outcome.failure_reason == f'AlgorithmError: InstallModuleError:\nCommand "{INSTALL}", exit code: 1'
    assert NO_SETUPTOOLS in " ".join(lines)
    assert "trained" not in lines


@pytest.mark.parametrize(
    ("value", "status"), [("0", "Completed"), ("false", "Completed"), ("1", "Failed"), ("true", "Failed")]
)
def test_pip_reads_the_variable_the_wrong_way_round(train: Train, value: str, status: str) -> None:
    members = {"EnableNetworkIsolation": True, "Environment": {"PIP_NO_BUILD_ISOLATION": value}}
    assert train("pass", **members).status == status


@pytest.mark.parametrize("members", [{}, {"Environment": {"PIP_NO_BUILD_ISOLATION": "1"}}])
def test_with_an_index_the_code_is_installed_whatever_the_variable_says(train: Train, members: object) -> None:
    assert train("pass", **members).status == "Completed"  # type: ignore[arg-type]


def test_a_model_without_an_index_is_not_served(serve: Serve, lines: list[str]) -> None:
    with pytest.raises(ModelServerFailed, match=f'InstallModuleError: Command "{INSTALL}"'):
        serve(offline=True)
    assert NO_SETUPTOOLS in " ".join(lines)
    assert serve(offline=True, PIP_NO_BUILD_ISOLATION="0").ping()


def test_code_that_says_nothing_of_its_installation_is_given_to_pip_once(train: Train, lines: list[str]) -> None:
    members = {"EnableNetworkIsolation": True, "Environment": {"PIP_NO_BUILD_ISOLATION": "0"}}
    for _ in range(2):
        del lines[:]
        assert train("pass", **members).status == "Completed"
    assert lines == [
        "Module train does not provide a setup.py.",
        "Generating setup.py",
        "Generating setup.cfg",
        "Generating MANIFEST.in",
        "Installing module with the following command:",
        INSTALL,
        "No model: the job left nothing in /opt/ml/model",
    ]
    assert train("pass", EnableNetworkIsolation=True).status == "Failed"  # other variables, another answer


def test_a_setup_of_ones_own_is_what_pip_installs(train: Train, lines: list[str]) -> None:
    more = {"setup.py": SETUP, "src/inside.py": "print('installed')"}
    assert train("import inside", more=more).status == "Completed"
    assert "installed" in lines


def test_a_setup_that_fails_fails_the_job(train: Train) -> None:
    reason = train("pass", more={"setup.py": "1 / 0"}).failure_reason or ""
    assert reason.startswith("AlgorithmError: InstallModuleError:")


def test_requirements_are_installed_and_stay_in_the_job(train: Train, lines: list[str]) -> None:
    more = {"requirements.txt": "./near\n", "near/setup.py": SETUP, "near/src/inside.py": "NAME = 'required'"}
    members = {"Environment": {"PIP_NO_BUILD_ISOLATION": "0"}, "EnableNetworkIsolation": True}
    assert train("import inside; print(inside.NAME)", more=more, **members).status == "Completed"
    assert "required" in lines
    assert f"{INSTALL} -r requirements.txt" in lines
    assert train("import inside", more={"requirements.txt": ""}).status == "Failed"


def test_requirements_that_only_an_index_has_fail_without_one(train: Train) -> None:
    members = {"Environment": {"PIP_NO_BUILD_ISOLATION": "0"}, "EnableNetworkIsolation": True}
    reason = train("pass", more={"requirements.txt": "a-package-that-is-not-here==1\n"}, **members).failure_reason
    assert reason == (f'AlgorithmError: InstallModuleError:\nCommand "{INSTALL} -r requirements.txt", exit code: 1')


def test_what_a_script_installs_by_itself_stays_in_the_job(process: Process, lines: list[str]) -> None:
    text = f"""
import json, pathlib, subprocess, sys
folder = pathlib.Path("near"); (folder / "src").mkdir(parents=True)
(folder / "setup.py").write_text({SETUP!r}); (folder / "src/inside.py").write_text("NAME = 'own'")
for pip in (["pip"], [sys.executable, "-m", "pip"]):
    subprocess.run([*pip, "install", "--no-build-isolation", "--no-index", "--quiet", "./near"], check=True)
import inside
print(json.dumps([inside.NAME, inside.__file__]))
"""
    assert process(text).status == "Completed"
    name, place = json.loads(lines[-1])
    assert (name, "/venv/lib/" in place) == ("own", True)
    assert process("import inside", processing_request(ProcessingJobName="prepare-2")).status == "Failed"


def test_a_server_finds_what_its_code_requires(serve: Serve) -> None:
    more = {"requirements.txt": "./near\n", "near/setup.py": SETUP, "near/src/inside.py": ECHO}
    server = serve("from inside import *", more=more, PIP_NO_BUILD_ISOLATION="0", offline=True)
    assert server.invoke(body=b"x", content_type="text/csv", accept="text/csv").status == 200


def test_code_may_lie_in_an_archive_that_a_channel_brings(
    train: Train, objects: FolderObjectStore, lines: list[str]
) -> None:
    objects.put(bucket="bucket", key="train/source.tar.gz", body=tar(("main.py", b"print('from the channel')")))
    inside = {"sagemaker_program": "main.py", "sagemaker_submit_directory": "/opt/ml/input/data/train/source.tar.gz"}
    assert train("pass", HyperParameters=inside).status == "Completed"
    assert "from the channel" in lines
