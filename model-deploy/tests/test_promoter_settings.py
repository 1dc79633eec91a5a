"""The environment that the promoter reads: all faults at once, and the subnets that may be left out."""

import pytest

from promoter.errors import SettingsError
from promoter.settings import read_settings

COMPLETE = {
    "SAGEMAKER_PROJECT_NAME": "abalone",
    "SOURCE_MODEL_PACKAGE_GROUP_NAME": "abalone",
    "MODEL_EXECUTION_ROLE_ARN": "arn:aws:iam::111122223333:role/model",
    "ARTIFACT_BUCKET": "artifacts",
    "DECISIONS_FUNCTION_NAME": "abalone-reconciler",
}
VPC = {"SUBNET_IDS": "subnet-0a,subnet-0b", "SECURITY_GROUP_IDS": "sg-0a"}


def test_subnets_may_be_left_out_or_named_with_their_security_groups() -> None:
    assert read_settings(COMPLETE).subnet_ids == ""
    assert read_settings(COMPLETE | VPC).subnet_ids == "subnet-0a,subnet-0b"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SUBNET_IDS": ""}, "set together or not at all"),
        ({"SECURITY_GROUP_IDS": ""}, "set together or not at all"),
        ({"SUBNET_IDS": "vpc-0a"}, "SUBNET_IDS: 'vpc-0a' does not match"),
        ({"SECURITY_GROUP_IDS": "sg-0a;rm"}, "SECURITY_GROUP_IDS: 'sg-0a;rm' does not match"),
        ({"ARTIFACT_BUCKET": ""}, "ARTIFACT_BUCKET: not set"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match="by hand, export them first") as refused:
        read_settings(COMPLETE | VPC | changes)
    assert sentence in str(refused.value)
