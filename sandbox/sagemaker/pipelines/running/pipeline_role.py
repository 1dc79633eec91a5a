"""The pipeline's role, in whose name an execution calls SageMaker and reads what its steps wrote.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html: the role starts the jobs, and passes them theirs.
"""

from __future__ import annotations

import threading
from typing import Any

from sandbox.containers.objects import ObjectStore
from sandbox.identity import AccessDenied
from sandbox.sagemaker.pipelines import pipeline_views
from sandbox.sagemaker.pipelines.steps.contract import StepFailed
from sandbox.sagemaker.role_at_work import RoleAtWork
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document


class PipelineRole:
    """Taken on when the first step needs it, once for all of an execution's steps."""

    def __init__(self, sagemaker: SageMaker, execution: Document) -> None:
        self._sagemaker = sagemaker
        pipeline = pipeline_views.named(sagemaker, execution["_pipeline"])
        self._arn, self._pipeline = pipeline["RoleArn"], pipeline["PipelineArn"]
        self._lock = threading.Lock()
        self._taken: RoleAtWork | None = None

    @property
    def key(self) -> str:
        """The access key that the steps' calls are made with. Raises StepFailed."""
        return self._at_work().actor.key

    def client(self, service: str) -> Any:
        """A boto3 client whose calls the role makes. Raises StepFailed."""
        return self._at_work().actor.client(service)

    @property
    def objects(self) -> ObjectStore:
        """S3, for property files and Std:JsonGet. Raises StepFailed."""
        return self._at_work().objects

    def _at_work(self) -> RoleAtWork:
        with self._lock:
            if self._taken is None:
                try:
                    self._taken = self._sagemaker.work_as(self._arn, source_arn=self._pipeline)
                except AccessDenied as error:
                    raise StepFailed(
                        f"ClientError: Could not assume the pipeline's role {self._arn}. Please ensure that the role exists and"
                        f" allows principal 'sagemaker.amazonaws.com' to assume the role. {error.message}"
                    ) from error
            return self._taken
