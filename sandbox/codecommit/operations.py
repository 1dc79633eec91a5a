"""Every CodeCommit operation that the sandbox answers; any other is named in a NotImplemented error."""

from __future__ import annotations

from sandbox.codecommit import branches, contents, repositories, tags
from sandbox.service import Operations

OPERATIONS: Operations = {**repositories.OPERATIONS, **branches.OPERATIONS, **contents.OPERATIONS, **tags.OPERATIONS}
