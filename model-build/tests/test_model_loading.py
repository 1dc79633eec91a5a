from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.abalone.containers import inference
from pipelines.abalone.containers.inference import WrongModel, model_fn, predict

ROW = ["M", 0.455, 0.365, 0.095, 0.514, 0.2245, 0.101, 0.15]
LINE = ",".join(map(str, ROW))


def test_a_wrong_digest_is_refused_at_load(trained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_SHA256", "0" * 64)
    with pytest.raises(WrongModel, match=r"0{64} is registered"):
        model_fn(str(trained.model))
    digest = hashlib.sha256((trained.model / "model.json").read_bytes()).hexdigest()
    monkeypatch.setenv("MODEL_SHA256", digest)
    assert model_fn(str(trained.model)) is not None


@pytest.mark.parametrize("content", [b"", b"{}", b'{"learner": {}}', pickle.dumps({}), b"\xff"])
def test_a_file_that_is_no_model_is_refused_at_load(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.json").write_bytes(content)
    with pytest.raises(WrongModel, match=r"not a model of XGBoost 3\.2\.0"):
        model_fn(str(tmp_path))


def test_a_missing_model_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(WrongModel, match="cannot be read"):
        model_fn(str(tmp_path))


def test_a_model_of_other_features_is_refused_at_load(trained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "FEATURES", ("length",))
    with pytest.raises(WrongModel, match="trained on other features"):
        model_fn(str(trained.model))


def test_the_code_in_the_archive_serves_on_its_own(trained: Any, tmp_path: Path) -> None:
    """As the container does it: the folder `code` on the path, `inference` imported by its name, no repository about."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/code'); import inference\n"
        "print(inference.predict(inference.model_fn(sys.argv[1]), [sys.argv[2].split(',')])[0])"
    )
    command = [sys.executable, "-I", "-B", "-c", script, str(trained.model), LINE]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert float(done.stdout) == predict(model_fn(str(trained.model)), [ROW])[0]
