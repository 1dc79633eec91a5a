"""One resource of a stack in CloudFormation's own words: its type, and its properties by the names of its reference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from aws_cdk import CfnResource

from infra.parts.logical_id import logical_id
from infra.parts.unit import Unit


class Resource(CfnResource):
    """Without the classes that the CDK generates for a service, whose import costs every synth up to a tenth of a second.

    What they would refuse, cfn-lint and the CDK's own engine refuse in the finished template. The kernel answers each
    question by a message, so what is known here is not asked for there.
    """

    def __init__(
        self,
        scope: Unit,
        construct_id: str,
        *,
        type: str,  # noqa: A002 (CloudFormation's word)
        properties: Mapping[str, object],
    ) -> None:
        self._id = logical_id((*scope.path, construct_id))
        super().__init__(scope.stack, self._id, type=type, properties=properties)

    @cached_property
    def arn(self) -> str:
        """For every stack of the account: the CDK makes an export of it where another one uses it."""
        return self.get_att("Arn").to_string()

    def keep_exported(self) -> None:
        """Whether or not another stack uses the ARN now.

        A setting that takes the use away changes this stack before the other one, and CloudFormation lets no export go
        that is still imported. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
        """
        self.stack.export_value(self.arn)

    @cached_property
    def identity(self) -> str:
        """What `Ref` stands for, the name or for some types the ARN; for every stack."""
        return self.ref

    @property
    def logical_name(self) -> str:
        """Its logical id, for what `Fn::GetAtt` gives besides the ARN."""
        return self._id

    @property
    def arn_within(self) -> dict[str, object]:
        """For its own stack only."""
        return {"Fn::GetAtt": [self._id, "Arn"]}

    @property
    def identity_within(self) -> dict[str, object]:
        """For its own stack only."""
        return {"Ref": self._id}
