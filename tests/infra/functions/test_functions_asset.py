"""The asset as Lambda unpacks it: its root is the folder, and the packages find themselves there with boto3 alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import infra.functions

FUNCTIONS = Path(infra.functions.__file__).parent
PACKAGES = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))
IMPORT_EACH = """
import importlib, sys
for package in sys.argv[1:]:
    assert callable(importlib.import_module(package + ".handler").handler)
loaded = {name.partition(".")[0] for name in sys.modules}
foreign = {"infra", "sandbox", "promoter", "pipelines", "aws_cdk", "sagemaker"} & loaded
assert not foreign, foreign
"""


def test_every_handler_is_found_in_an_unpacked_asset(tmp_path: Path) -> None:
    shutil.copytree(FUNCTIONS, tmp_path, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    region = {"AWS_DEFAULT_REGION": "eu-west-1", "PYTHONPATH": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, *PACKAGES], check=True, env={**os.environ, **region}, cwd=tmp_path
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_edge_module_imports_boto3(package: str) -> None:
    importing = [path.name for path in (FUNCTIONS / package).glob("*.py") if "import boto3" in path.read_text()]
    assert importing == ["aws.py"]


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_handler_reads_the_environment(package: str) -> None:
    reading = [path.name for path in (FUNCTIONS / package).glob("*.py") if "os.environ" in path.read_text()]
    assert reading == ["handler.py"]
