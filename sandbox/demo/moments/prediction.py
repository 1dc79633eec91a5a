"""Real rows through InvokeEndpoint, beside what was counted on the shells, by the version that is live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.demo.failure import DemoFailure
from sandbox.demo.outcome import Prediction

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

Features = tuple[str | float, ...]
SHOWN = 3


def predict(runtime: SageMakerRuntimeClient, endpoint: str, rows: Sequence[str], data: Path) -> tuple[Prediction, ...]:
    """One request with a row a line, as a client of the endpoint would send it."""
    answer = runtime.invoke_endpoint(
        EndpointName=endpoint, Body="\n".join(rows), ContentType="text/csv", Accept="text/csv"
    )
    told = answer["Body"].read().decode().replace(",", "\n").split()
    if len(told) != len(rows):
        raise DemoFailure(f"endpoint {endpoint}", f"{len(rows)} rows were answered with {len(told)} predictions")
    counted = rings(data)
    return tuple(
        Prediction(features=features(row), predicted=round(float(value), 4), actual=counted[features(row)])
        for row, value in zip(rows, told, strict=True)
    )


def pick(rows: Iterable[str]) -> tuple[str, ...]:
    """A few rows that the model has not seen, of different sexes as far as there are any."""
    known = list(rows)
    first_of_each = {row.partition(",")[0]: row for row in reversed(known)}
    chosen = [row for row in known if row in first_of_each.values()]
    return tuple((chosen + [row for row in known if row not in chosen])[:SHOWN])


def counted_rows(rows: Iterable[str], data: Path) -> list[str]:
    """Those of this data: a home may hold the rows of other files too, whose rings nobody told here."""
    counted = rings(data)
    found = [row for row in rows if features(row) in counted]
    if not found:
        raise DemoFailure(
            "the predictions", f"the version's golden rows are none of {data}: it learned from other data"
        )
    return found


def features(row: str) -> Features:
    sex, *measures = row.split(",")
    return (sex, *(float(measure) for measure in measures))


def rings(data: Path) -> dict[Features, float]:
    """The label of each row of the data. Rows travel as numbers, so they are found by value and not by spelling."""
    labelled = (line.rpartition(",") for line in data.read_text().splitlines())
    return {features(row): float(label) for row, _, label in labelled}


def live_version(sagemaker: SageMakerClient, endpoint: str) -> str | None:
    """The version that answers at an endpoint; None where there is no such endpoint yet."""
    if not any(
        each["EndpointName"] == endpoint for each in sagemaker.list_endpoints(NameContains=endpoint)["Endpoints"]
    ):
        return None
    config = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
    variant = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"][0]
    return sagemaker.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]["ModelPackageName"]
