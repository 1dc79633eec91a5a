"""The resource type AWS::CodeCommit::Repository (CloudFormation template reference): Ref is the repository's id.

`Code` fills the repository when it is created and is ignored ever after, as the reference says: later changes travel by `git push`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox import properties, validation
from sandbox.codecommit import repositories, seed
from sandbox.codecommit.service import KIND, CodeCommit
from sandbox.containers.objects import BucketNotFound, ObjectNotFound
from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.resource_types import Created, ResourceType, tag_changes
from sandbox.service import service_model
from sandbox.store import Document

_TYPE = "AWS::CodeCommit::Repository"
_SHAPE = service_model("codecommit").operation_model("CreateRepository").input_shape


def resource_types(codecommit: CodeCommit) -> Mapping[str, ResourceType]:
    def create(_: str, given: Document, __: str) -> Created:
        request = _request(given)
        files, branch = _code(codecommit, given.get("Code"))
        return _identity(repositories.create(codecommit, request, files=files, branch=branch))

    def update(physical_id: str, old: Document, new: Document, _: str) -> Created:
        request, repository = _request(new), _by_id(codecommit, physical_id)
        if repository is None:
            raise ValidationError(f"{_TYPE}: the repository {physical_id} does not exist any more.")
        name = repository["repositoryName"]
        if request["repositoryName"] != name:
            codecommit.call("UpdateRepositoryName", {"oldName": name, "newName": request["repositoryName"]})
            name = request["repositoryName"]
        described = {"repositoryName": name, "repositoryDescription": request.get("repositoryDescription", "")}
        codecommit.call("UpdateRepositoryDescription", described)
        if request.get("kmsKeyId", repository.get("kmsKeyId")) != repository.get("kmsKeyId"):
            key = {"repositoryName": name, "kmsKeyId": request["kmsKeyId"]}
            codecommit.call("UpdateRepositoryEncryptionKey", key)
        gone, kept = tag_changes(old, new)
        codecommit.call("UntagResource", {"resourceArn": codecommit.arn(name), "tagKeys": gone})
        codecommit.call("TagResource", {"resourceArn": codecommit.arn(name), "tags": kept})
        return _identity(codecommit.call("GetRepository", {"repositoryName": name})["repositoryMetadata"])

    def delete(physical_id: str, _: Document) -> None:
        repository = _by_id(codecommit, physical_id)
        if repository is not None:
            codecommit.call("DeleteRepository", {"repositoryName": repository["repositoryName"]})

    return {_TYPE: ResourceType(create=create, update=update, delete=delete, replacing=(), name="RepositoryName")}


def _request(given: Document) -> Document:
    if given.get("Triggers"):
        raise NotInTheSandbox(f"{_TYPE}: the property Triggers")
    own = {name: value for name, value in given.items() if name not in ("Code", "Tags", "Triggers")}
    spelling = properties.capitalised(unlike={})
    request = properties.request(own, _SHAPE, kind=_TYPE, spelling=spelling)
    if given.get("Tags"):
        request["tags"] = tag_changes({}, given)[1]
    if _SHAPE is not None:
        validation.check(request, _SHAPE)
    return request


def _code(codecommit: CodeCommit, code: Document | None) -> tuple[dict[str, bytes], str]:
    if code is None:
        return {}, repositories.DEFAULT_BRANCH
    _known("Code", code, ("BranchName", "S3"))
    s3 = code.get("S3")
    if not isinstance(s3, dict) or not s3.get("Bucket") or not s3.get("Key"):
        raise ValidationError(f"{_TYPE}.Code.S3: Bucket and Key are required")
    _known("Code.S3", s3, ("Bucket", "Key", "ObjectVersion"))
    if s3.get("ObjectVersion"):
        raise NotInTheSandbox(f"{_TYPE}: the property Code.S3.ObjectVersion")
    try:
        archive = codecommit.objects.get(bucket=s3["Bucket"], key=s3["Key"])
    except (BucketNotFound, ObjectNotFound) as error:
        raise ValidationError(f"{_TYPE}.Code.S3: there is no s3://{s3['Bucket']}/{s3['Key']}") from error
    return seed.files_of(archive), code.get("BranchName", repositories.DEFAULT_BRANCH)


def _known(path: str, given: Document, names: tuple[str, ...]) -> None:
    for name in given:
        if name not in names:
            raise ValidationError(f"{_TYPE}.{path}: Encountered unsupported property {name}")


def _by_id(codecommit: CodeCommit, repository_id: str) -> Document | None:
    return next((each for each in codecommit.store.all(KIND) if each["repositoryId"] == repository_id), None)


def _identity(metadata: Document) -> Created:
    return metadata["repositoryId"], {
        "Arn": metadata["Arn"],
        "CloneUrlHttp": metadata["cloneUrlHttp"],
        "CloneUrlSsh": metadata["cloneUrlSsh"],
        "Name": metadata["repositoryName"],
    }
