"""A version's archive is written once: what a job, another role or even an administrator writes later is not deployed."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from tests.e2e.acting import acting_as
from tests.e2e.project import DEPLOY, NAMES, Project, eventually

FAULT = b"\n# changed after registration\n"
RETURNS = b"return [float(rings) for rings in model.inplace_predict(feature_matrix(rows))] if rows else []"
ONE_MORE = RETURNS.replace(b"[float(rings) for", b"[1.0 + float(rings) for")
FILES = ("model.json", "golden.json", "code/inference.py", "code/features.py")


def sealed(project: Project, version: str) -> tuple[str, str]:
    """Bucket and key of a version's archive."""
    described = project.client("sagemaker").describe_model_package(ModelPackageName=version)
    [container] = described["InferenceSpecification"]["Containers"]
    bucket, _, key = container["ModelDataUrl"].removeprefix("s3://").partition("/")
    assert key == f"models/{described['CustomerMetadataProperties']['ArchiveSha256']}/model.tar.gz"
    assert container["ModelDataETag"] == project.client("s3").head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
    return bucket, key


def trained(project: Project) -> list[str]:
    """The keys under which training jobs left their archives."""
    found = project.client("s3").list_objects_v2(Bucket=project.bucket("artifacts"), Prefix=NAMES.outputs)["Contents"]
    return [each["Key"] for each in found if each["Key"].endswith("model.tar.gz")]


def with_another(archive: bytes, *files: str) -> bytes:
    """The same archive, with other serving code, golden rows that agree with it, or another model."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        contents = {each.name.removeprefix("./"): tar.extractfile(each) for each in tar if each.isfile()}
        read = {name: content.read() for name, content in contents.items() if content is not None}
    for file in files:
        read[file] = _another(file, read[file])
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in read.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _another(file: str, content: bytes) -> bytes:
    if file == "golden.json":
        golden = json.loads(content)
        return json.dumps({**golden, "predictions": [each + 1.0 for each in golden["predictions"]]}).encode()
    if file == "code/inference.py":
        assert RETURNS in content
        return content.replace(RETURNS, ONE_MORE)
    return content + (FAULT if file.endswith(".py") else b"\n")


def test_a_job_that_writes_over_what_it_trained_changes_nothing_that_is_deployed(project: Project) -> None:
    """Other code, and golden rows that agree with it, under every key where a job may write."""
    (second,) = project.waiting_versions(1)
    bucket, key = sealed(project, second)
    before, answered = project.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read(), answer(project)
    job, evil = acting_as(project, "Job")("s3"), with_another(before, "code/inference.py", "golden.json")
    for each in trained(project):
        job.put_object(Bucket=bucket, Key=each, Body=evil)
    for where in (key, f"models/{'0' * 64}/model.tar.gz"):
        with pytest.raises(ClientError, match="AccessDenied"):
            job.put_object(Bucket=bucket, Key=where, Body=evil)
    project.release(second)
    assert project.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == before
    assert answer(project) == answered


def answer(project: Project) -> float:
    """Of production, once its container is up again: the sandbox has only just started."""

    def asked() -> float | None:
        with suppress(ClientError):
            return project.predict()
        return None

    return eventually(asked, "production answers")


def order(project: Project, version: str) -> str:
    """Another deployment of the same version."""
    variables = [{"name": "ModelPackageArn", "value": version}]
    started = project.client("codepipeline").start_pipeline_execution(name=DEPLOY, variables=variables)
    return str(started["pipelineExecutionId"])


def test_whatever_an_administrator_changes_in_a_sealed_archive_is_refused_before_staging(project: Project) -> None:
    """Each file, and the whole cut short, by who may do everything: no permission is in the way, so the digests have to be."""
    live = project.live()
    (second,) = project.waiting_versions(1)
    bucket, key = sealed(project, second)
    before = project.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    project.client("s3").put_object(Bucket=bucket, Key=key, Body=with_another(before, FILES[0]))
    project.approve(second)
    known: list[str] = []
    told = {with_another(before, file): "was changed after registration" for file in FILES}
    told[before[: len(before) // 2]] = "not a readable .tar.gz"
    for other, words in told.items():
        project.client("s3").put_object(Bucket=bucket, Key=key, Body=other)
        known.append(project.of_version(second) if not known else order(project, second))
        assert project.ended(DEPLOY, known[-1]) == "Failed"
        action, reason = project.failure(DEPLOY, known[-1])
        assert action == "Build.Build"
        assert words in reason
    assert project.live() == live


def test_an_archive_that_changes_behind_the_build_is_refused_by_the_test_of_staging(project: Project) -> None:
    """Golden rows that agree with the other code come out of the same archive: they are not believed."""
    live, codepipeline = project.live(), project.client("codepipeline")
    (second,) = project.waiting_versions(1)
    bucket, key = sealed(project, second)
    before = project.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    door = {"pipelineName": DEPLOY, "stageName": "DeployStaging", "transitionType": "Inbound"}
    codepipeline.disable_stage_transition(**door, reason="the archive changes meanwhile")
    project.approve(second)
    execution = project.of_version(second)
    eventually(lambda: built(project, execution), lambda: project.told(DEPLOY, execution))
    evil = with_another(before, "code/inference.py", "golden.json")
    project.client("s3").put_object(Bucket=bucket, Key=key, Body=evil)
    codepipeline.enable_stage_transition(**door)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployStaging.Test"
    assert "was changed after registration" in reason
    assert project.live() == live


def built(project: Project, execution: str) -> bool:
    done = [each["actionName"] for each in project.actions(DEPLOY, execution) if each["status"] == "Succeeded"]
    return "Build" in done


def test_an_archive_that_changes_while_a_person_thinks_never_reaches_production(project: Project) -> None:
    live = project.live()
    (second,) = project.waiting_versions(1)
    bucket, key = sealed(project, second)
    before = project.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    project.approve(second)
    execution = project.of_version(second)
    assert project.waits_for_a_person(execution)
    evil = with_another(before, "code/inference.py", "golden.json")
    project.client("s3").put_object(Bucket=bucket, Key=key, Body=evil)
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployProd.Recheck"
    assert "was changed after registration" in reason
    assert project.live() == live


def test_an_archive_that_was_overwritten_since_it_was_evaluated_is_not_registered(project: Project) -> None:
    """The steps before come from the cache, so that what Evaluate measured lies where another job has written since."""
    eventually(project.no_run_is_under_way, "the runs before have ended")
    sagemaker, known = project.client("sagemaker"), len(project.versions())
    job, bucket = acting_as(project, "Job")("s3"), project.bucket("artifacts")
    for each in trained(project):
        archive = project.client("s3").get_object(Bucket=bucket, Key=each)["Body"].read()
        job.put_object(Bucket=bucket, Key=each, Body=with_another(archive, "code/inference.py", "golden.json"))
    arn = sagemaker.start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline)["PipelineExecutionArn"]
    eventually(project.no_run_is_under_way, "the run has ended")
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    failed = {step["StepName"]: step["FailureReason"] for step in steps if step["StepStatus"] == "Failed"}
    assert "is not what the step Evaluate measured" in failed["SealModel"]
    assert "Start the run with another CacheKey" in failed["SealModel"]
    assert "RegisterModel" not in {step["StepName"] for step in steps}
    assert len(project.versions()) == known
