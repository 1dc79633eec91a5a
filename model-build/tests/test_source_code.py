from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

from pipelines.source_code import CodeStore, SourceCode, UnknownImport

CODE = SourceCode((("main.py", b"print()\n"), ("package/__init__.py", b'"""A package."""\n')))


def test_the_same_files_make_the_same_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    first = CODE.archive()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert CODE.archive() == first


def test_the_archive_carries_no_time_and_no_owner() -> None:
    with tarfile.open(fileobj=io.BytesIO(CODE.archive())) as tar:
        assert {(entry.mtime, entry.uid, entry.gid, entry.uname) for entry in tar} == {(0, 0, 0, "")}


def test_a_changed_byte_or_name_changes_the_digest() -> None:
    other = SourceCode((("main.py", b"print()!"), CODE.files[1]))
    renamed = SourceCode((("other.py", CODE.files[0][1]), CODE.files[1]))
    assert len({CODE.digest, other.digest, renamed.digest}) == 3


def _package(root: Path, **modules: str) -> None:
    (root / "package").mkdir()
    for name, text in modules.items():
        (root / "package" / f"{name}.py").write_text(text)


def test_a_script_moves_to_the_top_and_modules_keep_their_path(tmp_path: Path) -> None:
    _package(tmp_path, script="import package.module", module="")
    code = SourceCode.of_script(tmp_path, "package/script.py")
    assert [name for name, _ in code.files] == ["package/module.py", "script.py"]


@pytest.mark.parametrize(
    "text",
    [
        "import package.one",
        "import package.one as first",
        "from package import one",
        "from package.one import name",
        "def late():\n    from package import one",
        "try:\n    from package import one\nexcept ImportError:\n    pass",
    ],
)
def test_every_way_to_import_a_module_takes_it_along_with_what_it_imports(tmp_path: Path, text: str) -> None:
    modules = {"__init__": "import json", "one": "import package.two, numpy", "two": "from package import one"}
    _package(tmp_path, script=text, stranger="", **modules)
    found = [name for name, _ in SourceCode.of_script(tmp_path, "package/script.py").files]
    assert found == ["package/__init__.py", "package/one.py", "package/two.py", "script.py"]


def test_a_relative_import_is_refused_with_file_and_line(tmp_path: Path) -> None:
    """A script lies at the top in its container, outside any package."""
    _package(tmp_path, script="import json\nfrom . import module", module="")
    with pytest.raises(UnknownImport, match=r"script\.py, line 2: a relative import.*import by the whole name"):
        SourceCode.of_script(tmp_path, "package/script.py")


@pytest.mark.usefixtures("aws")
def test_code_is_uploaded_once_under_its_digest() -> None:
    s3 = boto3.client("s3")
    store = CodeStore(s3, "artifacts")
    uri = store.upload_folder(CODE)
    assert uri == f"s3://artifacts/code/{CODE.digest}"
    before = s3.list_objects_v2(Bucket="artifacts")["Contents"]
    assert store.upload_folder(CODE) == uri
    assert s3.list_objects_v2(Bucket="artifacts")["Contents"] == before
    assert [item["Key"] for item in before] == [f"code/{CODE.digest}/{name}" for name, _ in CODE.files]


class Contended:
    """S3 as it answers while somebody else writes the same key (API_PutObject)."""

    def __init__(self, *ends: str) -> None:
        self.answers = ["ConditionalRequestConflict", *ends]
        self.put: list[str] = []

    def put_object(self, *, Key: str, IfNoneMatch: str, **_: object) -> None:
        assert IfNoneMatch == "*"
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer:
            raise ClientError({"Error": {"Code": answer, "Message": "as said"}}, "PutObject")
        self.put.append(Key)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.mark.usefixtures("no_pause")
def test_what_somebody_else_began_to_write_is_tried_again_and_never_overwritten() -> None:
    failed, written = Contended(""), Contended("PreconditionFailed")
    for contended in (failed, written):
        CodeStore(cast(Any, contended), "artifacts").upload_folder(CODE)
    assert failed.put == [f"code/{CODE.digest}/{name}" for name, _ in CODE.files]
    assert written.put == []


@pytest.mark.usefixtures("no_pause")
def test_an_upload_that_meets_another_one_again_and_again_is_told() -> None:
    with pytest.raises(ClientError, match="ConditionalRequestConflict"):
        CodeStore(cast(Any, Contended()), "artifacts").upload_folder(CODE)


@pytest.mark.usefixtures("aws")
def test_an_error_other_than_presence_is_not_taken_for_presence() -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        CodeStore(boto3.client("s3"), "no-such-bucket").upload_folder(CODE)


def _uploaded(built: Any, step: str) -> dict[str, bytes]:
    """The files that the container of a step would find in its code folder."""
    arguments = next(item["Arguments"] for item in built.definition["Steps"] if item["Name"] == step)
    if step == "Train":
        key = arguments["HyperParameters"]["sagemaker_submit_directory"].removeprefix("s3://artifacts/")
        with tarfile.open(fileobj=io.BytesIO(built.uploads[key])) as tar:
            return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    prefix = arguments["ProcessingInputs"][0]["S3Input"]["S3Uri"].removeprefix("s3://artifacts/") + "/"
    return {key.removeprefix(prefix): body for key, body in built.uploads.items() if key.startswith(prefix)}


@pytest.mark.parametrize("step", ["Preprocess", "Train", "Evaluate"])
def test_each_step_runs_from_its_own_upload_alone_and_imports_no_large_library_in_vain(
    step: str, built: Any, tmp_path: Path
) -> None:
    """The interpreter tells what it imports (PYTHONPROFILEIMPORTTIME); scikit-learn alone takes longer than a training."""
    for name, content in _uploaded(built, step).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONPROFILEIMPORTTIME"] = "1"
    command = [sys.executable, f"{step.lower()}.py", "--help"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    said = done.stderr.splitlines()
    assert (done.returncode, [line for line in said if not line.startswith("import time:")]) == (0, [])
    assert f"Step {step}" in done.stdout
    modules = [line.rpartition("|")[2].strip() for line in said]
    packages = {module.partition(".")[0] for module in modules if "." in module}  # a bare name may be a try that failed
    assert "pipelines" in packages
    assert packages & {"sklearn", "pandas", "werkzeug", "boto3", "sagemaker"} == set()


def test_a_step_uploads_no_module_that_it_does_not_import(built: Any) -> None:
    """A stray module would void the step's cache whenever it changes."""
    for step in ("Preprocess", "Train", "Evaluate"):
        files = _uploaded(built, step)
        text = "\n".join(content.decode() for content in files.values())
        modules = {Path(name).stem for name in files if "/containers/" in name and not name.endswith("__init__.py")}
        assert modules
        assert [
            module
            for module in modules
            if f"containers.{module} import" not in text and f"import {module}\n" not in text
        ] == []


def test_the_address_of_a_steps_code_is_the_digest_of_its_files(built: Any) -> None:
    for step in ("Preprocess", "Train", "Evaluate"):
        code = SourceCode(tuple(sorted(_uploaded(built, step).items())))
        arguments = next(item["Arguments"] for item in built.definition["Steps"] if item["Name"] == step)
        if step == "Train":
            uri, digest = arguments["HyperParameters"]["sagemaker_submit_directory"], code.archive()
            assert uri == f"s3://artifacts/code/{hashlib.sha256(digest).hexdigest()}/sourcedir.tar.gz"
        else:
            assert arguments["ProcessingInputs"][0]["S3Input"]["S3Uri"] == f"s3://artifacts/code/{code.digest}"
