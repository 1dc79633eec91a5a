"""Every CodeCommit operation that the sandbox answers; any other is named in a NotImplemented error."""

from __future__ import annotations

from sandbox.codecommit import branches, commits, contents, differences, repositories, tags
from sandbox.service import Operations

OPERATIONS: Operations = {
    **repositories.OPERATIONS,
    **branches.OPERATIONS,
    **commits.OPERATIONS,
    **contents.OPERATIONS,
    **differences.OPERATIONS,
    **tags.OPERATIONS,
}
