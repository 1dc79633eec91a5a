"""The loop, moment by moment, through the clients that anybody would use. Each leaves what it saw in the evidence."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infra import ROOT
from infra.commands.clients import ClientOf
from infra.settings.names import REPORTS
from smoke_aws.commands import Commands, tagged
from smoke_aws.deadline import Deadline, SmokeFailure
from smoke_aws.delivery import Delivery
from smoke_aws.evidence import Evidence, Moment
from smoke_aws.settings import TAG, SmokeProject

APPROVAL = "Approve"  # the action of the deploy pipeline that waits for a person
_BATCH_ROWS = 100
_MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One run's, with everything that its moments need."""

    project: SmokeProject
    client: ClientOf
    commands: Commands
    deadline: Deadline
    evidence: Evidence

    @contextmanager
    def moment(self, name: str) -> Iterator[list[str]]:
        """Say what came of it into the list; it counts as reached when it ends well."""
        began, said = time.monotonic(), list[str]()
        tell(f"{name} ...")
        yield said
        seconds, sentence = round(time.monotonic() - began, 1), " ".join(said)
        self.evidence.moments.append(Moment(name=name, seconds=seconds, said=sentence))
        tell(f"{name}: {sentence} ({seconds:.0f} s)")

    # The two sides

    @property
    def building(self) -> Delivery:
        return Delivery(self.client, self.project.settings.names.model_build, self.deadline)

    @property
    def deploying(self) -> Delivery:
        return Delivery(self.client, self.project.settings.names.model_deploy, self.deadline)

    @cached_property
    def outputs(self) -> dict[str, str]:
        stack = f"{self.project.settings.project}-foundation"
        found = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    # The moments

    def deploy(self) -> None:
        with self.moment("Deploy") as said:
            where = self.commands.python(self.deadline, "infra.commands.bootstrap", at_most=5 * _MINUTE).strip()
            if where:
                self.commands.cdk(self.deadline, "bootstrap", where, at_most=20 * _MINUTE)
                said.append("The account was bootstrapped for the CDK, whose stack CDKToolkit stays.")
            deploy = (
                "deploy",
                "--all",
                "--require-approval",
                "never",
                "--concurrency",
                "3",
                *tagged(self.project.tags),
            )
            self.commands.cdk(self.deadline, *deploy, at_most=40 * _MINUTE)
            said.append("The stacks are there, both repositories with them.")

    def first_builds(self) -> None:
        """Before there is any data, so that they start no run: nothing is paid for twice."""
        with self.moment("First builds") as said:
            for side in (self.building, self.deploying):
                side.follow(side.first(), refused=self.evidence.refused_builds, at_most=40 * _MINUTE)
            refused = len(self.evidence.refused_builds)
            said.append(f"Both pipelines went through; {refused} builds were refused beside another.")

    def put_data(self) -> None:
        with self.moment("Data") as said:
            s3, bucket, data = self.client("s3"), self.outputs["DataBucketName"], self.project.settings.data
            lines = (ROOT / "data" / "abalone.csv").read_bytes().splitlines()
            s3.put_object(Bucket=bucket, Key=f"{data.prefix}abalone.csv", Body=_joined(lines))
            batch = [line.rpartition(b",")[0] for line in lines[:_BATCH_ROWS]]
            s3.put_object(Bucket=bucket, Key=f"{data.batch_prefix}rows.csv", Body=_joined(batch))
            said.append(f"{len(lines)} rows to learn from, {len(batch)} to predict.")

    def tag_endpoints(self) -> None:
        """The stages' stacks are tagged by their configurations, which are a commit."""
        with self.moment("Tags") as said:
            self._commit_tags()
            said.append("The stages' stacks will carry the run's tag.")

    def push(self) -> str:
        """A commit to model-build, by git; returns it once its build has gone through."""
        with self.moment("Push") as said:
            name, branch = self.project.settings.names.model_build, self.project.settings.branch
            found = self.client("codecommit").get_repository(repositoryName=name)["repositoryMetadata"]
            folder = self.commands.folder / "model-build"
            shutil.rmtree(folder, ignore_errors=True)
            clone = ("clone", "--quiet", "--branch", branch, found["cloneUrlHttp"], str(folder))
            self.commands.git(self.deadline, *clone, cwd=self.commands.folder)
            with (folder / "README.md").open("a", encoding="utf-8") as readme:
                readme.write(f"\nPushed by the smoke check, run {self.project.run}.\n")
            commit = ("commit", "--quiet", "--all", "--message", f"Check that a push trains, run {self.project.run}")
            self.commands.git(self.deadline, *commit, cwd=folder)
            self.commands.git(self.deadline, "push", "--quiet", "origin", branch, cwd=folder)
            pushed = self.commands.git(self.deadline, "rev-parse", "HEAD", cwd=folder).strip()
            execution = self.building.of_commit(pushed)
            self.building.follow(execution, refused=self.evidence.refused_builds, at_most=40 * _MINUTE)
            said.append(f"Commit {pushed[:7]} was built, and its pipeline published.")
        return pushed

    def train(self, commit: str) -> str:
        """The run that the build started; returns the version that it registered."""
        with self.moment("Train") as said:
            arn = self._run_of(commit)
            self._follow_run(arn)
            version = self._version_of(arn)
            said.append(f"{', '.join(self.evidence.steps)}: all succeeded, and registered {version}.")
        return version

    def bring_to_staging(self, version: str) -> str:
        """The decision is an event, by which the reconciler starts the deploy pipeline; returns its execution."""
        with self.moment("Staging") as said:
            sagemaker = self.client("sagemaker")
            approval = {"ModelApprovalStatus": "Approved", "ApprovalDescription": f"smoke check {self.project.run}"}
            sagemaker.update_model_package(ModelPackageArn=version, **approval)
            execution = self.deploying.of_version(version)
            refused = self.evidence.refused_builds
            self.deploying.follow(execution, until=APPROVAL, refused=refused, at_most=75 * _MINUTE)
            self.evidence.smoke_test = self._smoke_test(execution)
            said.append(f"The version is on staging, and its smoke test says: {self.evidence.smoke_test}.")
        return execution

    def bring_to_production(self, execution: str) -> None:
        with self.moment("Production") as said:
            self.deploying.approve(execution, APPROVAL)
            refused = self.evidence.refused_builds
            self.deploying.follow(execution, refused=refused, at_most=75 * _MINUTE)
            said.append("The version is in production, and was looked at there.")

    # What they are made of

    def _commit_tags(self) -> None:
        """One commit, as each is an execution of the pipeline."""
        codecommit, branch = self.client("codecommit"), self.project.settings.branch
        where = {"repositoryName": self.project.settings.names.model_deploy}
        tip = codecommit.get_branch(**where, branchName=branch)["branch"]["commitId"]
        files = []
        for path in (f"{stage.name}-config.json" for stage in self.project.settings.stages):
            config = json.loads(codecommit.get_file(**where, filePath=path, commitSpecifier=tip)["fileContent"])
            config["Tags"] = {**config["Tags"], TAG: self.project.run}
            files.append({"filePath": path, "fileContent": f"{json.dumps(config, indent=2)}\n".encode()})
        message = f"Tag the endpoints of run {self.project.run}"
        codecommit.create_commit(**where, branchName=branch, parentCommitId=tip, putFiles=files, commitMessage=message)

    def _run_of(self, commit: str) -> str:
        pipeline = self.project.settings.names.sagemaker_pipeline

        def look() -> str | None:
            pages = self.client("sagemaker").get_paginator("list_pipeline_executions").paginate(PipelineName=pipeline)
            for page in pages:
                for run in page["PipelineExecutionSummaries"]:
                    if run.get("PipelineExecutionDescription") == f"commit {commit}":
                        return str(run["PipelineExecutionArn"])
            return None

        return self.deadline.wait(f"a run of {pipeline} for commit {commit[:7]}", look, at_most=5 * _MINUTE)

    def _follow_run(self, arn: str) -> None:
        sagemaker = self.client("sagemaker")

        def look() -> dict[str, Any] | None:
            described = dict(sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn))
            return None if described["PipelineExecutionStatus"] in ("Executing", "Stopping") else described

        try:
            ended = self.deadline.wait("the run of the SageMaker pipeline", look, at_most=60 * _MINUTE)
        finally:
            self.evidence.steps = {step["StepName"]: _told(step) for step in self._steps(arn)}
        if ended["PipelineExecutionStatus"] != "Succeeded":
            failed = [f"{name} {told}" for name, told in self.evidence.steps.items() if told.startswith("Failed")]
            reason = "; ".join(failed) or ended.get("FailureReason", ended["PipelineExecutionStatus"])
            raise SmokeFailure("the run of the SageMaker pipeline", reason)

    def _steps(self, arn: str) -> list[dict[str, Any]]:
        pages = self.client("sagemaker").get_paginator("list_pipeline_execution_steps")
        found = pages.paginate(PipelineExecutionArn=arn, SortOrder="Ascending")
        return [step for page in found for step in page["PipelineExecutionSteps"]]

    def _version_of(self, arn: str) -> str:
        for step in self._steps(arn):
            if registered := step.get("Metadata", {}).get("RegisterModel", {}).get("Arn"):
                return str(registered)
        raise SmokeFailure("the run of the SageMaker pipeline", "it registered no version: the gate held it back")

    def _smoke_test(self, execution: str) -> str:
        key = f"{REPORTS}{execution}/{self.project.settings.staging.name}/report.json"
        body = self.client("s3").get_object(Bucket=self.outputs["ArtifactBucketName"], Key=key)["Body"].read()
        report = json.loads(body)
        return ", ".join(f"{each['name']} {'passed' if each['passed'] else 'failed'}" for each in report["checks"])


def tell(sentence: str) -> None:
    """Progress goes to stderr; stdout has the report's place alone."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def _told(step: dict[str, Any]) -> str:
    return ": ".join(filter(None, (step["StepStatus"], step.get("FailureReason", ""))))


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
