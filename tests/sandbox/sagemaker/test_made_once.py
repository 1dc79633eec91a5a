"""What a stack meant to make before a kill is taken over by that stack alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from sandbox.errors import ServiceError
from sandbox.sagemaker import made_once as module
from sandbox.sagemaker.made_once import forget, made_once
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Store

REQUEST = {
    "EndpointConfigName": "cut-off",
    "ProductionVariants": [
        {"VariantName": "all", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    ],
}


class Configs:
    """A store, and the two operations that are called."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known: set[str] = set()

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, str]:
        name = str(request["EndpointConfigName"])
        if operation == "CreateEndpointConfig":
            if name in self.known:
                raise ServiceError(f'Cannot create already existing endpoint configuration "{name}".')
            self.known.add(name)
        return {"EndpointConfigArn": f"arn:{name}"}


@pytest.fixture
def configs(tmp_path: Path) -> Iterator[SageMaker]:
    store = Store(tmp_path / "sagemaker.sqlite")
    yield cast(SageMaker, Configs(store))
    store.close()


def killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PROCESS", "another")


def test_the_stack_that_was_cut_off_takes_it_over(configs: SageMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")
    killed(monkeypatch)
    assert made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config") == first


@pytest.mark.parametrize("maker", ["prod/Config", "staging/Other"])
def test_another_maker_does_not(configs: SageMaker, monkeypatch: pytest.MonkeyPatch, maker: str) -> None:
    made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")
    killed(monkeypatch)
    with pytest.raises(ServiceError, match="already existing"):
        made_once(configs, "EndpointConfig", REQUEST, maker=maker)


def test_another_form_is_not_taken_over(configs: SageMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")
    killed(monkeypatch)
    with pytest.raises(ServiceError, match="already existing"):
        made_once(configs, "EndpointConfig", {**REQUEST, "Tags": []}, maker="staging/Config")


def test_without_a_kill_a_name_is_taken(configs: SageMaker) -> None:
    made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")
    with pytest.raises(ServiceError, match="already existing"):
        made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")


def test_what_its_stack_deleted_is_not_taken_over(configs: SageMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")
    forget(configs, "EndpointConfig", "cut-off")
    killed(monkeypatch)
    with pytest.raises(ServiceError, match="already existing"):
        made_once(configs, "EndpointConfig", REQUEST, maker="staging/Config")
