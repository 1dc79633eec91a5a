"""What makes the tests quick: botocore's models of the services are read once, not by each test's clients anew."""

from collections.abc import Iterator
from functools import cache

import pytest
from botocore.loaders import JSONFileLoader, Loader
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# No test is timed: on a machine that has other things to do an example may take as long as it takes.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """SageMaker's alone has 2 MB of JSON, and a session, which each command opens, reads and lists them all anew."""
    read, loader = cache(JSONFileLoader().load_file), Loader()
    places = [*loader.search_paths]

    def shared(_: str | None = None) -> Loader:
        loader.search_paths[:] = places  # boto3 adds its own folder for each session
        return loader

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        patch.setattr("botocore.session.create_loader", shared)
        yield
