"""The synthesised app for every test here: its resources, with all names filled in as the accounts would have them."""

from __future__ import annotations

import pytest

from tests.infra.synthesis import CONFIGURATIONS, places, synthesised
from tests.verifiers.assembly import Assembly


@pytest.fixture(scope="session", params=CONFIGURATIONS)
def assembly(request: pytest.FixtureRequest) -> Assembly:
    """Each configuration in turn."""
    return _assembly(request.param)


@pytest.fixture(scope="session")
def default() -> Assembly:
    return _assembly("default")


@pytest.fixture(scope="session")
def cross_account() -> Assembly:
    return _assembly("cross-account")


def _assembly(configuration: str) -> Assembly:
    return Assembly(configuration, synthesised(configuration), places=places(configuration))
