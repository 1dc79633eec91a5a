import json
from pathlib import Path

import pytest

from sandbox.demo.outcome import Elapsed, Outcome, Prediction, Promotion, Step, write_document

OUTCOME = Outcome(
    model_package_arn="arn:aws:sagemaker:us-east-1:000000000000:model-package/abalone/1",
    metrics={"mse": 4.5, "rmse": 2.1},
    staging_endpoint="abalone-staging",
    prod_endpoint="abalone-prod",
    predictions=(Prediction(features=("M", 0.455), predicted=9.2, actual=15.0),),
    steps=(Step(name="Train", status="Succeeded", seconds=1.5, cached=True),),
    seconds=12.3,
    commit="0123456",
    build_execution="b-1",
    promotions=(Promotion(execution="d-1", live_before=None, live_after="abalone/1"),),
    registered=("abalone/1",),
    moments=(Elapsed("Sandbox", 1.2),),
)


def test_the_document_has_exactly_the_promised_keys() -> None:
    document = json.loads(OUTCOME.document())
    assert list(document) == [
        "model_package_arn",
        "metrics",
        "staging_endpoint",
        "prod_endpoint",
        "predictions",
        "steps",
        "seconds",
        "commit",
        "build_execution",
        "promotions",
        "registered",
        "moments",
    ]
    assert document["predictions"] == [{"features": ["M", 0.455], "predicted": 9.2, "actual": 15.0}]
    assert document["steps"] == [{"name": "Train", "status": "Succeeded", "seconds": 1.5, "cached": True}]
    assert document["moments"] == [{"title": "Sandbox", "seconds": 1.2}]
    assert document["promotions"] == [{"execution": "d-1", "live_before": None, "live_after": "abalone/1"}]


def test_a_failed_write_leaves_the_former_document_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "demo.json"
    write_document(OUTCOME, path)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_document(OUTCOME, path)
    assert json.loads(path.read_text())["seconds"] == 12.3
