"""Every job has an /opt/ml of its own, also for scripts that write the path themselves; the machine's is never touched.

Each test runs with /opt/ml mounted, where the kernel lets us, and with the path rewritten in what the job is given.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.runner import Runner
from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import Process, Serve, Train, processing_request
from tests.sandbox.containers.tarballs import tar

EVALUATE = """
import json, pathlib, tarfile
with open("/opt/ml/processing/in/deep/rows.csv") as rows:
    count = len(rows.readlines())
out = pathlib.Path("/opt/ml/processing/evaluation")
out.mkdir(parents=True, exist_ok=True)
(out / "evaluation.json").write_text(json.dumps({"rows": count}))
"""
RUNPROC = b"""#!/bin/bash

cd /opt/ml/processing/input/code/
tar -xzf sourcedir.tar.gz

set -e
python3 main.py "$@"
"""


@pytest.fixture(params=["mounted", "rewritten"], scope="module")
def way(request: pytest.FixtureRequest) -> Iterator[Runner]:
    with Runner(environment={"AWS_REGION": "eu-west-1"}, mount=request.param == "mounted") as runner:
        yield runner


@pytest.fixture(autouse=True)
def machines_own() -> Iterator[None]:
    before = sorted(map(str, Path("/opt").rglob("ml/*")))
    yield
    assert sorted(map(str, Path("/opt").rglob("ml/*"))) == before
    assert not os.path.ismount("/opt/ml")


def evaluation(uri: str = "s3://bucket/evaluation") -> dict[str, Any]:
    place = {"S3Uri": uri, "LocalPath": "/opt/ml/processing/evaluation", "S3UploadMode": "EndOfJob"}
    return {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "evaluation", "S3Output": place}]}}


def test_an_evaluation_that_names_every_path_itself_works(
    process: Process, objects: FolderObjectStore, way: Runner
) -> None:
    assert process(EVALUATE, processing_request(**evaluation()), runner=way).status == "Completed"
    assert objects.get(bucket="bucket", key="evaluation/evaluation.json") == b'{"rows": 2}'


def test_the_launch_script_of_the_sdks_framework_processor_works(
    process: Process, objects: FolderObjectStore, way: Runner
) -> None:
    main = b"import sys; open('/opt/ml/processing/evaluation/said.txt', 'w').write(' '.join(sys.argv[1:]))"
    objects.put(bucket="bucket", key="code/sourcedir.tar.gz", body=tar(("main.py", main)))
    objects.put(bucket="bucket", key="entry/runproc.sh", body=RUNPROC)
    entry = {
        "S3Uri": "s3://bucket/entry/runproc.sh",
        "LocalPath": "/opt/ml/processing/input/entrypoint",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    asked = processing_request(**evaluation())
    asked["ProcessingInputs"].append({"InputName": "entrypoint", "S3Input": entry})
    asked["AppSpecification"] |= {
        "ContainerEntrypoint": ["/bin/bash", "/opt/ml/processing/input/entrypoint/runproc.sh"],
        "ContainerArguments": ["--a", "b c"],
    }
    if (
        not way.mounts
    ):  # code inside an archive that a job unpacks by itself is not rewritten: it takes its paths as arguments
        main = b"import sys; open(sys.argv[3] + '/said.txt', 'w').write(' '.join(sys.argv[1:3]))"
        objects.put(bucket="bucket", key="code/sourcedir.tar.gz", body=tar(("main.py", main)))
        asked["AppSpecification"]["ContainerArguments"].append("/opt/ml/processing/evaluation")
    outcome = process("", asked, runner=way)
    assert outcome.status == "Completed", outcome
    assert objects.get(bucket="bucket", key="evaluation/said.txt") == b"--a b c"


def test_training_that_names_every_path_itself_works(train: Train, objects: FolderObjectStore, way: Runner) -> None:
    text = """
import pathlib, shutil
pathlib.Path("/opt/ml/model/rows.csv").write_text(pathlib.Path("/opt/ml/input/data/train/rows.csv").read_text())
shutil.copy(__file__, "/opt/ml/model/train.py")
"""
    outcome = train(text, by=way)
    assert outcome.status == "Completed", outcome
    kept = unpacked(objects.get(bucket="bucket", key="models/train-1/output/model.tar.gz"))
    assert kept == {"rows.csv": b"1,2\n", "train.py": text.encode()}  # a script that is kept has its own text


def test_serving_that_names_its_path_itself_works(serve: Serve, way: Runner) -> None:
    text = """
def model_fn(model_dir):
    return open("/opt/ml/model/model.json").read()
def transform_fn(model, body, content_type, accept):
    return model, accept
"""
    answer = serve(text, by=way).invoke(body=b"x", content_type="text/csv", accept="text/csv")
    assert answer.body == b'{"depth": 3}'


def test_a_path_made_of_pieces_is_the_jobs_own_where_it_is_mounted(
    process: Process, lines: list[str], way: Runner
) -> None:
    there = way.mounts or Path("/opt/ml/processing/in/deep/rows.csv").exists()
    text = "import os; print(os.path.exists(os.sep.join(['', 'opt', 'ml', 'processing', 'in', 'deep', 'rows.csv'])))"
    assert process(text, runner=way).status == "Completed"
    assert lines == [str(there)]


def test_what_else_lies_in_opt_is_there_for_a_job(process: Process, lines: list[str], way: Runner) -> None:
    others = [each.name for each in sorted(Path("/opt").iterdir()) if each.name != "ml"]
    assert (
        process("import os; print([n for n in sorted(os.listdir('/opt')) if n != 'ml'])", runner=way).status
        == "Completed"
    )
    assert lines == [str(others)]


def unpacked(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]
