"""Every physical name, derived from the project's in this one place. Only what another system has to find has a name."""

from __future__ import annotations

from dataclasses import dataclass

# CodePipeline cuts the folder of a pipeline's artifacts in S3 to so many characters of the pipeline's name.
_ARTIFACT_FOLDER_LENGTH = 20
# Artifacts of the pipelines, whose own folders lie in it. From 13 letters of the project's name on, both pipelines have one folder:
# so no two artifacts are called alike, by ten characters at most, to which CodePipeline cuts their names there.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
BUILD_SOURCE, DEPLOY_SOURCE, BUILT = "BuildCode", "DeployCode", "Built"
# Folders of the artifact bucket, besides the outputs of the SageMaker pipeline; what is in the third is sealed.
CODE, CAPTURED, MODELS, REPORTS = "code/", "data-capture/", "models/", "reports/"
# Stages of the deploy pipeline, and the action in which a person decides.
STAGING, PRODUCTION, APPROVAL = "DeployStaging", "DeployProd", "Approve"


@dataclass(frozen=True)
class Names:
    """The names of one project. `settings.py` holds each against the length that its service allows."""

    project: str

    @property
    def model_build(self) -> str:
        """The build repository, its CodePipeline and its CodeBuild project."""
        return f"{self.project}-model-build"

    @property
    def model_deploy(self) -> str:
        """The deploy repository, its CodePipeline and its CodeBuild project."""
        return f"{self.project}-model-deploy"

    @property
    def smoke_test(self) -> str:
        return f"{self.project}-smoke-test"

    @property
    def sagemaker_pipeline(self) -> str:
        return f"{self.project}-pipeline"

    @property
    def model_package_group(self) -> str:
        return self.project

    @property
    def schedule_group(self) -> str:
        """The group of all schedules: deleting it deletes those that the functions have created, too."""
        return self.project

    @property
    def retraining(self) -> str:
        """The schedule, the function that it invokes, and the beginning of the names of the schedules that this one sets."""
        return self.function("retraining")

    @property
    def data_arrival(self) -> str:
        """The rule, the function, and the beginning of the names of the schedules that it sets."""
        return self.function("data_arrival")

    @property
    def data_check(self) -> str:
        """The function that the SageMaker pipeline begins with."""
        return self.function("data_check")

    @property
    def model_seal(self) -> str:
        """The function that keeps the archive of a version, before the version is registered."""
        return self.function("model_seal")

    @property
    def reconciler(self) -> str:
        """The function, and the schedule that invokes it."""
        return self.function("reconciler")

    @property
    def review(self) -> str:
        """The function that reviews production's change before a person is asked."""
        return self.function("review")

    @property
    def decisions(self) -> str:
        """The rule that invokes the reconciler."""
        return f"{self.project}-decisions"

    @property
    def notices(self) -> str:
        """The topic, and the function that writes to it."""
        return self.function("notices")

    @property
    def undelivered(self) -> str:
        """The alarm on the dead-letter queue, which itself has no name."""
        return f"{self.project}-undelivered"

    def errors(self, package: str) -> str:
        """The alarm on a function's errors."""
        return f"{self.function(package)}-errors"

    def function(self, package: str) -> str:
        """Called as its folder in `functions/`."""
        return f"{self.project}-{package.replace('_', '-')}"

    def endpoint(self, stage: str) -> str:
        """The endpoint and its stack; model-deploy/endpoint.yaml joins the endpoint's in the same way."""
        return f"{self.project}-{stage}"

    def stage_role(self, stage: str, actor: str) -> str:
        """A role in a stage's own account, which the pipeline's account has to know by name."""
        return f"{self.project}-{stage}-{actor}"

    @property
    def manifests(self) -> str:
        """Among the outputs: the lists of the objects that single runs train on."""
        return f"{self.outputs}arrivals/"

    @property
    def outputs(self) -> str:
        """The folder of everything that the jobs of the SageMaker pipeline make, models before they are sealed included."""
        return f"{self.sagemaker_pipeline}/"

    def home_role(self, actor: str) -> str:
        """A role of the project's own account that acts in a foreign stage's, and so has to be known there."""
        return f"{self.project}-{actor}"

    def build_reports(self, project: str) -> str:
        """The folder of the bills of materials of one CodeBuild project: its builds may write there, no other's."""
        return f"{REPORTS}{project}/"

    @property
    def artifacts(self) -> dict[str, tuple[str, ...]]:
        """CodePipeline -> its artifacts."""
        return {self.model_build: (BUILD_SOURCE,), self.model_deploy: (DEPLOY_SOURCE, BUILT)}

    def artifact_folders(self, pipeline: str, *artifacts: str) -> list[str]:
        """Of these artifacts, or of all."""
        return [f"{pipeline[:_ARTIFACT_FOLDER_LENGTH]}/{each}/" for each in artifacts or self.artifacts[pipeline]]

    def artifact_bucket(self, *, account: str, region: str) -> str:
        """Which foreign stages have to know: of everybody's buckets, at most 61 characters of 63."""
        return f"{self.project}-{account}-{region}"
