"""CodeCommit's operations (Service Authorization Reference, "AWS CodeCommit"), all of them on repositories."""

from __future__ import annotations

from sandbox.iam.asks import Asks, Table, on

_REPOSITORY = on("repository", "repositoryName")
_READ = (
    "GetBlob",
    "GetBranch",
    "GetCommit",
    "GetDifferences",
    "GetFile",
    "GetFolder",
    "GetRepository",
    "ListBranches",
)
_CHANGE = ("DeleteRepository", "UpdateDefaultBranch", "UpdateRepositoryDescription", "UpdateRepositoryEncryptionKey")
_CHANGE_A_BRANCH = ("CreateBranch", "CreateCommit", "DeleteBranch", "DeleteFile", "PutFile")

TABLE = Table(
    prefix="codecommit",
    principal="codecommit.amazonaws.com",
    arns={"repository": "{}"},
    operations={
        **{operation: Asks(on=_REPOSITORY) for operation in (*_READ, *_CHANGE)},
        **{
            operation: Asks(on=_REPOSITORY, keys={"codecommit:References": "branchName"})
            for operation in _CHANGE_A_BRANCH
        },
        "BatchGetRepositories": Asks(on=on("repository", "repositoryNames")),
        "CreateRepository": Asks(on=_REPOSITORY, tagging="TagResource"),
        "ListRepositories": Asks(),
        "UpdateRepositoryName": Asks(on=on("repository", "oldName")),
        **{
            operation: Asks(on=on("repository", "resourceArn"))
            for operation in ("ListTagsForResource", "TagResource", "UntagResource")
        },
    },
)
