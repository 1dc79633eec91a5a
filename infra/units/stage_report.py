"""Where the report of a stage's test lies, for the build that writes it and for the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass

from infra.iam.arns import Place
from infra.settings.names import REPORTS

_EXECUTION = "#{codepipeline.PipelineExecutionId}"


@dataclass(frozen=True)
class StageReport:
    """One for each stage of each execution of the deploy pipeline."""

    bucket: str
    stage: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self._folder}"

    @property
    def link(self) -> str:
        """The console shows the object to whoever may read it: the link itself opens nothing."""
        region = Place.deployed().region
        console = f"https://{region}.console.aws.amazon.com/s3/object/{self.bucket}"
        return f"{console}?region={region}&prefix={self._folder}/report.html"

    @property
    def _folder(self) -> str:
        return f"{REPORTS}{_EXECUTION}/{self.stage}"
