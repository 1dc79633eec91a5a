"""A week passes while a run is under way: the retraining that falls due is queued or skipped, as cdk.json says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.deployer import Deployer
from tests.e2e.policies import role_of
from tests.e2e.project import CONTEXT, NAMES, ROOT, Project, eventually
from tests.infra.teardown.world import SLEEP

WEEK, HALF_AN_HOUR = 7 * 24 * 60 * 60, 30 * 60
PARAMETERS = [
    {"Name": name, "Type": "String", "DefaultValue": "x"} for name in ("InputData", "InputDataType", "CacheKey")
]


def test_a_retraining_that_falls_due_during_a_run_is_skipped(project: Project, tmp_path: Path) -> None:
    deploy(project, tmp_path, while_running="skip")
    run = start_what_takes_long(project)
    before = len(project.runs())
    project.advance(WEEK)
    eventually(
        lambda: f"since {run} is under way" in said(project, "Skipped: "), "it says that it skipped, and for which"
    )
    assert len(project.runs()) == before
    end(project, run)
    project.advance(WEEK)
    (retraining,) = eventually(lambda: retrainings(project), "the week after, nothing is in the way")
    assert len(project.runs()) == before + 1
    assert retraining["PipelineExecutionStatus"] == "Executing"


def test_a_retraining_that_falls_due_during_a_run_starts_once_that_has_ended(project: Project, tmp_path: Path) -> None:
    deploy(project, tmp_path, while_running="queue")
    run = start_what_takes_long(project)
    before = len(project.runs())
    project.advance(WEEK)
    eventually(lambda: waiting(project), "one waits")
    project.advance(WEEK)
    eventually(lambda: "one waits already" in said(project, "Not queued: "), "the week after adds nothing")
    eventually(lambda: said(project, "Queued: ").count("Queued: ") == 2, "the one that waits has looked again")
    assert len(waiting(project)) == 1
    assert len(project.runs()) == before
    end(project, run)
    project.advance(HALF_AN_HOUR)
    (retraining,) = eventually(lambda: retrainings(project), "what waited has started")
    assert retraining["PipelineExecutionStatus"] == "Executing"
    assert waiting(project) == []
    project.advance(HALF_AN_HOUR)
    assert len(project.runs()) == before + 1


def deploy(project: Project, folder: Path, *, while_running: str) -> None:
    """One setting changed, by the CDK CLI, as a person would."""
    retraining = {**CONTEXT["retraining"], "whileRunning": while_running}
    configuration = {**json.loads((ROOT / "cdk.json").read_text()), "context": {**CONTEXT, "retraining": retraining}}
    (folder / "cdk.json").write_text(json.dumps(configuration))
    Deployer(project.settings, folder).deploy(
        f"{NAMES.project}-build", cwd=folder
    )  # and the foundation, which it needs


def start_what_takes_long(project: Project) -> str:
    """The ARN of a run of the project's own pipeline, in which a job sleeps until somebody ends the run; no other is to come."""
    for window in schedules(project, NAMES.data_arrival):  # the first data's, which would start one in the week to come
        project.client("scheduler").delete_schedule(GroupName=NAMES.schedule_group, Name=window)
    code = f"s3://{project.bucket('artifacts')}/code/sleep/"
    bucket, _, prefix = code.removeprefix("s3://").partition("/")
    project.client("s3").put_object(Bucket=bucket, Key=f"{prefix}sleep.py", Body=b"import time\ntime.sleep(300)\n")
    step = json.loads(json.dumps(SLEEP))
    step["Arguments"]["RoleArn"] = project.client("iam").get_role(RoleName=role_of(project, "Job"))["Role"]["Arn"]
    step["Arguments"]["ProcessingInputs"][0]["S3Input"]["S3Uri"] = code
    definition = {"Version": "2020-12-01", "Parameters": PARAMETERS, "Steps": [step]}
    sagemaker, name = project.client("sagemaker"), NAMES.sagemaker_pipeline
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(definition))
    return str(sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"])


def end(project: Project, run: str) -> None:
    project.client("sagemaker").stop_pipeline_execution(PipelineExecutionArn=run, ClientRequestToken="end" * 11)
    eventually(project.no_run_is_under_way, "the run has ended")


def retrainings(project: Project) -> list[dict[str, Any]]:
    return [run for run in project.runs() if run.get("PipelineExecutionDescription", "").startswith("retraining of ")]


def waiting(project: Project) -> list[str]:
    return schedules(project, NAMES.retraining)


def schedules(project: Project, function: str) -> list[str]:
    """The one-time schedules that a function has set."""
    found = project.client("scheduler").list_schedules(GroupName=NAMES.schedule_group, NamePrefix=f"{function}-")
    return [each["Name"] for each in found["Schedules"]]


def said(project: Project, beginning: str) -> str:
    """The lines of the function's log with that word."""
    events = project.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{NAMES.retraining}")["events"]
    return "\n".join(each["message"] for each in events if beginning in each["message"])
