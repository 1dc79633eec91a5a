"""What is used of Lambda's context object."""

from __future__ import annotations

from typing import Protocol


class Context(Protocol):
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    invoked_function_arn: str
