"""Edge: one call of InvokeEndpoint, timed. A refusal by the container is an answer too: bad rows should get one."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict, cast

from promoter.aws import sentences_for

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

CSV = "text/csv"
JSON = "application/json"
OK = 200


@dataclass(frozen=True)
class Answer:
    """What came back, with the container's own status."""

    status: int
    body: str
    milliseconds: float


class ModelErrorBody(TypedDict):
    """The members of ModelError, beside those of every error."""

    OriginalStatusCode: int
    OriginalMessage: str


class Invoke(Protocol):
    """Sends a body of a content type to an endpoint, and asks for the answer in the same type."""

    def __call__(self, body: str, *, content_type: str) -> Answer: ...


@dataclass(frozen=True)
class RuntimeEndpoint:
    """An endpoint as SageMaker's runtime shows it."""

    client: "SageMakerRuntimeClient"
    name: str

    def __call__(self, body: str, *, content_type: str) -> Answer:
        started = time.perf_counter()
        with sentences_for(f"Invoking endpoint {self.name}"):
            try:
                answered = self.client.invoke_endpoint(
                    EndpointName=self.name, Body=body.encode(), ContentType=content_type, Accept=content_type
                )
                status, text = OK, answered["Body"].read().decode("utf-8", "replace")
            except self.client.exceptions.ModelError as error:
                # InvokeEndpoint answers 424 for any 4xx or 5xx of the container and quotes it.
                refused = cast("ModelErrorBody", error.response)
                status, text = refused["OriginalStatusCode"], refused["OriginalMessage"]
        return Answer(status=status, body=text, milliseconds=(time.perf_counter() - started) * 1000)
