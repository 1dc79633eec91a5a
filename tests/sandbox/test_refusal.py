"""A service that is not there is named, in every protocol that AWS's clients speak."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf


@pytest.mark.parametrize(
    ("service", "operation", "named"),
    [
        ("comprehend", "list_endpoints", "comprehend:ListEndpoints is not in the sandbox"),  # json
        ("mediaconvert", "list_queues", "the service mediaconvert is not in the sandbox"),  # rest-json
        (
            "elasticbeanstalk",
            "describe_applications",
            "elasticbeanstalk:DescribeApplications is not in the sandbox",
        ),  # query
    ],
)
def test_an_absent_service_is_named(client: ClientOf, service: str, operation: str, named: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(client(service), operation)()
    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("NotImplemented", named)
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0
