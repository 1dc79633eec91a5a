"""Images: two are stood in for, and only where the library is the one that they carry."""

from __future__ import annotations

import pytest

from sandbox.containers.images import image
from sandbox.containers.job import Unsupported
from tests.sandbox.containers.job_requests import (
    XGBOOST,
)


def test_the_two_images_are_known_in_every_registry() -> None:
    assert image(XGBOOST, installed=lambda _: "3.2.0").library == "xgboost"
    assert image("1.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.9-0-cpu-py3").library == "scikit-learn"


@pytest.mark.parametrize(
    "uri", ["sagemaker-xgboost:3.2-0", "r/sagemaker-xgboost:1.7-1", "r/mine:latest", "", "r/sagemaker-xgboost"]
)
def test_an_unknown_image_is_named_with_the_known_ones(uri: str) -> None:
    with pytest.raises(
        Unsupported, match=f"{uri} is not in the sandbox; .*sagemaker-xgboost:3.2-0 and sagemaker-scikit-learn"
    ):
        image(uri)


@pytest.mark.parametrize("version", ["3.0.5", "3.20.0", "2.1.4"])
def test_a_library_of_another_version_than_the_images_is_refused(version: str) -> None:
    """A model of 3.2.0 loads in 3.0.5 without an error and predicts nonsense."""
    with pytest.raises(Unsupported, match=f"xgboost {version} is not in the sandbox"):
        image(XGBOOST, installed=lambda _: version)
