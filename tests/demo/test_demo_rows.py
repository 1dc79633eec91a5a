import io
import json
import tarfile
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.inputs import DATA
from sandbox.demo.moments.prediction import SHOWN, counted_rows, features, live_version, pick, predict, rings
from sandbox.demo.moments.registered import golden_rows, metrics


class Endpoint:
    """SageMaker Runtime, answering whatever it is told to."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: dict[str, Any] = {}

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        return {"Body": io.BytesIO(self.answer.encode())}


def test_every_row_of_the_data_has_its_rings() -> None:
    counted = rings(DATA)
    assert len(counted) == len(DATA.read_text().splitlines()) == 4177
    assert {1.0, 29.0} <= set(counted.values())


@given(
    st.lists(
        st.sampled_from(["M", "F", "I"]).flatmap(lambda sex: st.integers().map(lambda n: f"{sex},{n}")), unique=True
    )
)
def test_the_rows_shown_are_distinct_and_of_as_many_sexes_as_there_are(rows: list[str]) -> None:
    chosen = pick(rows)
    assert len(chosen) == len(set(chosen)) == min(SHOWN, len(rows))
    assert set(chosen) <= set(rows)
    assert len({row[0] for row in chosen}) == len({row[0] for row in rows})


def test_predictions_stand_beside_the_rings_counted_on_the_same_shell() -> None:
    row, _, label = DATA.read_text().splitlines()[0].rpartition(",")
    endpoint = Endpoint("9.25\n")
    (prediction,) = predict(endpoint, "abalone-prod", [row], DATA)  # type: ignore[arg-type]
    assert (prediction.predicted, prediction.actual) == (9.25, float(label))
    assert prediction.features == features(row)
    assert endpoint.asked["Body"] == row
    assert endpoint.asked["ContentType"] == "text/csv"


def test_only_rows_of_this_data_are_shown_beside_their_rings() -> None:
    row = DATA.read_text().splitlines()[0].rpartition(",")[0]
    assert counted_rows([row, "M,9.0"], DATA) == [row]
    with pytest.raises(DemoFailure, match="none of"):
        counted_rows(["M,9.0"], DATA)


def test_too_few_answers_are_a_failure_and_not_a_shift() -> None:
    rows = [line.rpartition(",")[0] for line in DATA.read_text().splitlines()[:3]]
    with pytest.raises(DemoFailure, match="3 rows were answered with 2 predictions"):
        predict(Endpoint("1.0\n2.0"), "abalone-prod", rows, DATA)  # type: ignore[arg-type]


def test_metrics_are_the_values_of_the_evaluation_report() -> None:
    report = {"regression_metrics": {"mse": {"value": 4.5, "standard_deviation": 0.3}, "r2": {"value": 0.57}}}
    assert metrics(report) == {"mse": 4.5, "r2": 0.57}


def test_golden_rows_are_read_from_inside_the_archive() -> None:
    packed = io.BytesIO()
    content = json.dumps({"rows": ["M,1", "F,2"]}).encode()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("golden.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    assert golden_rows(packed.getvalue()) == ("M,1", "F,2")


def hosting(*endpoints: str) -> Any:
    """SageMaker with endpoints that all serve version 3."""
    return SimpleNamespace(
        list_endpoints=lambda **_: {"Endpoints": [{"EndpointName": name} for name in endpoints]},
        describe_endpoint=lambda **_: {"EndpointConfigName": "config"},
        describe_endpoint_config=lambda **_: {"ProductionVariants": [{"ModelName": "model"}]},
        describe_model=lambda **_: {"PrimaryContainer": {"ModelPackageName": "abalone/3"}},
    )


def test_the_live_version_is_the_one_behind_the_endpoint_of_that_very_name() -> None:
    assert live_version(hosting("abalone-prod"), "abalone-prod") == "abalone/3"
    assert live_version(hosting("abalone-prod-old"), "abalone-prod") is None
