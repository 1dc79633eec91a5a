"""The asset as Lambda unpacks it: the packages find themselves there with boto3 alone, and none needs another function."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import infra.functions
from infra.parts.archive import write_archive
from infra.parts.function import function_files

FUNCTIONS = Path(infra.functions.__file__).parent
PACKAGES = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))
IMPORT_EACH = """
import importlib, sys
for package in sys.argv[1:]:
    assert callable(importlib.import_module(f"functions.{package}.handler").handler)
loaded = {name.partition(".")[0] for name in sys.modules}
foreign = {"infra", "sandbox", "promoter", "pipelines", "aws_cdk", "sagemaker"} & loaded
assert not foreign, foreign
"""


def test_every_handler_is_found_in_an_unpacked_asset(tmp_path: Path) -> None:
    archive = write_archive(function_files(), tmp_path / "functions.zip")
    zipfile.ZipFile(archive).extractall(tmp_path)
    region = {"AWS_DEFAULT_REGION": "eu-west-1", "PYTHONPATH": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, *PACKAGES], check=True, env={**os.environ, **region}, cwd=tmp_path
    )


def test_only_the_edge_modules_import_boto3() -> None:
    importing = {path.name for path in FUNCTIONS.rglob("*.py") if "import boto3" in path.read_text()}
    assert importing == {"aws.py"}


@pytest.mark.parametrize("package", [*PACKAGES, "runs"])
def test_a_function_imports_no_other_function(package: str) -> None:
    texts = "".join(path.read_text() for path in (FUNCTIONS / package).rglob("*.py"))
    assert set(re.findall(r"^from \.\.(\w*)", texts, re.MULTILINE)) <= {"runs"} - {package}
    assert "from infra" not in texts


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_handler_reads_the_environment(package: str) -> None:
    reading = [path.name for path in (FUNCTIONS / package).glob("*.py") if "os.environ" in path.read_text()]
    assert reading == ["handler.py"]
