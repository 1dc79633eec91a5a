"""The ARN of a target, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.errors import ValidationError

_PARTS = 6
_WHOLE_SERVICE = frozenset({"lambda", "sqs", "sns", "codepipeline", "states"})  # one kind of target each


@dataclass(frozen=True)
class Arn:
    """arn:partition:service:region:account:resource"""

    text: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        parts = text.split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn":
            raise ValidationError(f"Parameter {text} is not valid. Reason: Provided Arn is not in correct format.")
        _, _, service, region, account, resource = parts
        return cls(text, service, region, account, resource)

    @property
    def kind(self) -> str:
        """The service, and the type of the resource where several could be a target."""
        return self.service if self.service in _WHOLE_SERVICE else f"{self.service}:{self.resource.partition('/')[0]}"

    @property
    def name(self) -> str:
        """After the type of the resource."""
        return self.resource.partition("/")[2]

    def __str__(self) -> str:
        return self.text
