"""The environment that the promoter reads: all faults at once, and the subnets that may be left out."""

import pytest

from promoter.errors import SettingsError
from promoter.settings import Vpc, read_settings

COMPLETE = {
    "SAGEMAKER_PROJECT_NAME": "abalone",
    "SOURCE_MODEL_PACKAGE_GROUP_NAME": "abalone",
    "MODEL_EXECUTION_ROLE_ARN": "arn:aws:iam::111122223333:role/model",
    "ARTIFACT_BUCKET": "artifacts",
    "DECISIONS_FUNCTION_NAME": "abalone-reconciler",
    "KMS_KEY_ARN": "arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
}
VPC = {"SUBNET_IDS_PROD": "subnet-0a,subnet-0b", "SECURITY_GROUP_IDS_PROD": "sg-0a"}


def test_subnets_may_be_left_out_or_named_with_their_security_groups() -> None:
    assert read_settings(COMPLETE).vpc_of("prod") == Vpc()
    assert read_settings(COMPLETE | VPC).vpc_of("prod") == Vpc("subnet-0a,subnet-0b", "sg-0a")


def test_the_subnets_of_one_stage_are_not_those_of_another() -> None:
    other = {"SUBNET_IDS_STAGING": "subnet-0c", "SECURITY_GROUP_IDS_STAGING": "sg-0c"}
    assert read_settings(COMPLETE | VPC).vpc_of("staging") == Vpc()
    assert read_settings(COMPLETE | VPC | other).vpcs == {
        "prod": Vpc("subnet-0a,subnet-0b", "sg-0a"),
        "staging": Vpc("subnet-0c", "sg-0c"),
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SUBNET_IDS_PROD": ""}, "SUBNET_IDS_PROD and SECURITY_GROUP_IDS_PROD: set together or not at all"),
        ({"SECURITY_GROUP_IDS_PROD": ""}, "set together or not at all"),
        ({"SUBNET_IDS_PROD": "vpc-0a"}, "SUBNET_IDS_PROD: 'vpc-0a' does not match"),
        ({"SECURITY_GROUP_IDS_PROD": "sg-0a;rm"}, "SECURITY_GROUP_IDS_PROD: 'sg-0a;rm' does not match"),
        ({"KMS_KEY_ARN": "alias/abalone"}, "KMS_KEY_ARN: 'alias/abalone' does not match"),
        ({"ARTIFACT_BUCKET": ""}, "ARTIFACT_BUCKET: not set"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match="by hand, export them first") as refused:
        read_settings(COMPLETE | VPC | changes)
    assert sentence in str(refused.value)
