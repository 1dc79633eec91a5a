"""The notice that a version was registered: what the person who decides has to know, and what to type."""

from dataclasses import replace
from typing import Any

import pytest

from tests.infra.functions.notice_world import PACKAGE, NoticeWorld, sample

EVALUATION = "s3://abalone-artifacts/abalone-pipeline/p4jn9xou8a8s/Evaluate/evaluation/evaluation.json"
RUN = "arn:aws:sagemaker:eu-west-1:111122223333:pipeline/abalone-pipeline/execution/p4jn9xou8a8s"


def package(*, data_version: str = "3f1c", mse: str = "3.8682374") -> dict[str, Any]:
    return {
        "CustomerMetadataProperties": {
            "DataUri": "s3://abalone-data/data/",
            "DataVersion": data_version,
            "ExecutionArn": RUN,
            "Mse": mse,
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": {"S3Uri": EVALUATION}}},
    }


def world(**changes: Any) -> NoticeWorld:
    packages = {f"{PACKAGE}/7": package(), f"{PACKAGE}/5": package(data_version="other")}
    parameters = {"MseThreshold": "6.0", "ProcessingInstanceType": "ml.m5.xlarge"}
    return replace(NoticeWorld(packages=packages, parameters=parameters), **changes)


def test_it_says_everything_to_decide_by_to_the_letter() -> None:
    subject, body = world().tell(sample("model_package_waiting"))
    report = EVALUATION.replace("evaluation.json", "report.html")
    decide = f"aws sagemaker update-model-package --model-package-arn {PACKAGE}/7 --model-approval-status"
    assert subject == "abalone: version 7 waits for approval"
    assert body == (
        f"A run has passed its gates and registered version 7 of abalone ({PACKAGE}/7). "
        "Nothing is deployed until a person approves it.\n"
        "\n"
        "Project: abalone\n"
        f"Version: 7 of abalone ({PACKAGE}/7)\n"
        "Time:    2026-05-04T09:12:33Z\n"
        "Metrics: Mse 3.868; the gate MseThreshold is 6\n"
        "Data:    s3://abalone-data/data/\n"
        f"Report:  {report}\n"
        "Console: https://eu-west-1.console.aws.amazon.com/s3/object/abalone-artifacts?region=eu-west-1"
        f"&prefix={report.removeprefix('s3://abalone-artifacts/')}\n"
        "\n"
        "Next: read the evaluation report, then approve or reject the version:\n"
        f"  aws s3 cp {report} version-7.html --region eu-west-1\n"
        f"  {decide} Approved --approval-description REASON --region eu-west-1\n"
        f"  {decide} Rejected --approval-description REASON --region eu-west-1\n"
    )


def test_data_that_did_not_change_since_the_version_before_are_said_to_be_the_same() -> None:
    same = {f"{PACKAGE}/{number}": package() for number in (7, 5)} | {f"{PACKAGE}/3": package(data_version="old")}
    _, body = world(packages=same).tell(sample("model_package_waiting"))
    assert f"Data:    s3://abalone-data/data/, unchanged since version 5 of abalone ({PACKAGE}/5)\n" in body


@pytest.mark.parametrize(
    "packages",
    [
        {f"{PACKAGE}/7": package()},
        {f"{PACKAGE}/7": package(), f"{PACKAGE}/5": package(data_version="old"), f"{PACKAGE}/3": package()},
        {f"{PACKAGE}/7": package(), f"{PACKAGE}/9": package()},
        {f"{PACKAGE}/7": package(data_version=""), f"{PACKAGE}/5": package(data_version="")},
    ],
    ids=["the first version", "an older one had the same", "a later one has the same", "none states its data"],
)
def test_data_are_not_said_to_be_the_same_without_that_of_the_version_before(packages: dict[str, Any]) -> None:
    _, body = world(packages=packages).tell(sample("model_package_waiting"))
    assert "unchanged" not in body


def test_a_gate_on_another_metric_is_told_by_its_own_name() -> None:
    both = package()
    both["CustomerMetadataProperties"] |= {"F1": "0.9123"}
    _, body = world(packages={f"{PACKAGE}/7": both}, parameters={"F1Threshold": "0.5", "MseThreshold": "6.0"}).tell(
        sample("model_package_waiting")
    )
    assert "Metrics: F1 0.9123; the gate F1Threshold is 0.5\n         Mse 3.868; the gate MseThreshold is 6\n" in body


def test_the_gate_is_the_runs_own_or_else_the_default_of_its_definition() -> None:
    defaults: dict[str, object] = {"MseThreshold": 6.0}
    for given, gate in (({}, "6"), ({"MseThreshold": "4.5"}, "4.5")):
        _, body = world(parameters=given, defaults=defaults).tell(sample("model_package_waiting"))
        assert f"Metrics: Mse 3.868; the gate MseThreshold is {gate}\n" in body


def test_a_version_that_the_registry_does_not_tell_of_can_still_be_decided_on() -> None:
    _, body = NoticeWorld(denied=True).tell(sample("model_package_waiting"))
    assert "Metrics:" not in body
    assert f"--model-package-arn {PACKAGE}/7 --model-approval-status Approved" in body
