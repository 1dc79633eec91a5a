"""What makes the tests quick: botocore's models of the services are read once, not by each test's clients anew."""

from collections.abc import Iterator
from functools import cache

import pytest
from botocore.loaders import JSONFileLoader


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """SageMaker's alone has 2 MB of JSON, and a session, which each command opens, forgets what another one read."""
    read = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield
