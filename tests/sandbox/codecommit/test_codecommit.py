"""CodeCommit through boto3 and CloudFormation: repositories are real Git repositories, filled once, and gone when deleted."""

from __future__ import annotations

import subprocess
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.codecommit.test_repository_seed import archive
from tests.sandbox.stacks import OneResource

FILES = {"README.md": b"# One\n", "src/a.py": b"print(1)\n", "src/deep/b.py": b"print(2)\n"}


class Seeded(OneResource):
    """A stack with a repository that is filled from an asset."""

    def __init__(self, client: ClientOf) -> None:
        super().__init__(client, "AWS::CodeCommit::Repository")
        self.codecommit, self.s3 = client("codecommit"), client("s3")
        self.s3.create_bucket(Bucket=self.name)

    def properties(self, files: dict[str, bytes], **more: Any) -> dict[str, Any]:
        key = f"{uuid.uuid4().hex}.zip"
        self.s3.put_object(Bucket=self.name, Key=key, Body=archive(files))
        code = {"BranchName": "trunk", "S3": {"Bucket": self.name, "Key": key}}
        return {"RepositoryName": self.name, "Code": code, **more}

    @property
    def commit(self) -> str:
        return str(self.codecommit.get_branch(repositoryName=self.name, branchName="trunk")["branch"]["commitId"])


@pytest.fixture
def seeded(client: ClientOf) -> Seeded:
    return Seeded(client)


def test_a_stack_fills_a_repository_that_git_itself_can_clone(
    seeded: Seeded, sandbox: SandboxSettings, tmp_path: Any
) -> None:
    attributes = {name: {"Fn::GetAtt": ["It", name]} for name in ("Arn", "Name", "CloneUrlHttp", "CloneUrlSsh")}
    outputs = seeded.create(seeded.properties(FILES), Id={"Ref": "It"}, **attributes)
    assert outputs["Arn"] == f"arn:aws:codecommit:us-east-1:000000000000:{seeded.name}"
    assert outputs["Name"] == seeded.name
    assert outputs["CloneUrlHttp"] == f"{sandbox.endpoint_url}/v1/repos/{seeded.name}"
    bare = sandbox.home / "codecommit" / f"{outputs['Id']}.git"
    subprocess.run(["git", "clone", "--quiet", str(bare), str(tmp_path / "clone")], check=True, timeout=30)
    found = {
        str(p.relative_to(tmp_path / "clone")): p.read_bytes() for p in (tmp_path / "clone").rglob("*") if p.is_file()
    }
    assert {path: content for path, content in found.items() if not path.startswith(".git/")} == FILES
    seeded.delete()
    assert not bare.exists()


def test_the_first_commit_is_the_same_wherever_it_is_made(client: ClientOf) -> None:
    first, second = Seeded(client), Seeded(client)
    first.create(first.properties(FILES))
    second.create(second.properties(dict(reversed(FILES.items()))))
    assert first.commit == second.commit


def test_what_a_repository_holds_can_be_read(seeded: Seeded) -> None:
    seeded.create(seeded.properties(FILES))
    client, at = seeded.codecommit, {"repositoryName": seeded.name}
    assert client.list_branches(**at)["branches"] == ["trunk"]
    assert client.get_repository(**at)["repositoryMetadata"]["defaultBranch"] == "trunk"
    commit = client.get_commit(**at, commitId=seeded.commit)["commit"]
    assert (commit["message"].strip(), commit["parents"]) == ("Initial commit", [])
    file = client.get_file(**at, filePath="src/deep/b.py")
    assert (file["fileContent"], file["fileMode"], file["fileSize"]) == (b"print(2)\n", "NORMAL", 9)
    folder = client.get_folder(**at, folderPath="src", commitSpecifier="trunk")
    assert [row["absolutePath"] for row in folder["files"] + folder["subFolders"]] == ["src/a.py", "src/deep"]
    assert [row["relativePath"] for row in client.get_folder(**at, folderPath="/")["files"]] == ["README.md"]


def test_code_counts_at_creation_alone_and_the_rest_is_updated(seeded: Seeded) -> None:
    seeded.create(seeded.properties(FILES, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]))
    before, kept = seeded.commit, seeded.physical_id
    changed = seeded.properties({"other.txt": b"x"}, RepositoryDescription="new", Tags=[{"Key": "b", "Value": "2"}])
    seeded.update(changed)
    assert (seeded.commit, seeded.physical_id) == (before, kept)
    metadata = seeded.codecommit.get_repository(repositoryName=seeded.name)["repositoryMetadata"]
    assert metadata["repositoryDescription"] == "new"
    tags = seeded.codecommit.list_tags_for_resource(resourceArn=metadata["Arn"])["tags"]
    assert {key: value for key, value in tags.items() if not key.startswith("aws:")} == {"b": "2"}
    assert tags["aws:cloudformation:stack-name"] == seeded.name


def test_a_new_name_renames_and_loses_nothing(seeded: Seeded) -> None:
    seeded.create(seeded.properties(FILES))
    before, kept = seeded.commit, seeded.physical_id
    seeded.update({**seeded.properties(FILES), "RepositoryName": f"{seeded.name}-new"})
    renamed = {"repositoryName": f"{seeded.name}-new", "branchName": "trunk"}
    assert seeded.codecommit.get_branch(**renamed)["branch"]["commitId"] == before
    assert seeded.physical_id == kept


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Colour": "red"}, "Encountered unsupported property Colour"),
        ({"RepositoryNmae": "x"}, "did you mean RepositoryName"),
        ({"Code": {"S3": {"Bucket": "nowhere-at-all", "Key": "k"}}}, "there is no s3://nowhere-at-all/k"),
        ({"Code": {"S3": {"Bucket": "b"}}}, "Bucket and Key are required"),
        ({"Code": {"Branch": "main"}}, "Encountered unsupported property Branch"),
        ({"Triggers": [{"Name": "t"}]}, "the property Triggers is not in the sandbox"),
        ({"RepositoryName": "a b"}, "regular expression pattern"),
    ],
)
def test_a_wrong_property_is_named(seeded: Seeded, change: dict[str, Any], sentence: str) -> None:
    assert sentence in seeded.refusal({"RepositoryName": seeded.name, **change})


def test_a_repository_from_create_to_delete(client: ClientOf) -> None:
    codecommit, name = client("codecommit"), f"r-{uuid.uuid4().hex[:8]}"
    metadata = codecommit.create_repository(repositoryName=name, tags={"a": "1"})["repositoryMetadata"]
    assert "defaultBranch" not in metadata  # nothing was ever pushed
    with pytest.raises(ClientError, match="already exists") as taken:
        codecommit.create_repository(repositoryName=name)
    assert taken.value.response["Error"]["Code"] == "RepositoryNameExistsException"
    codecommit.update_repository_description(repositoryName=name, repositoryDescription="d")
    found = codecommit.batch_get_repositories(repositoryNames=[name, "no-such"])
    assert [row["repositoryName"] for row in found["repositories"]] == [name]
    assert found["repositoriesNotFound"] == ["no-such"]
    assert name in [row["repositoryName"] for row in codecommit.list_repositories()["repositories"]]
    with pytest.raises(ClientError, match="Branch main does not exist"):
        codecommit.update_default_branch(repositoryName=name, defaultBranchName="main")
    codecommit.untag_resource(resourceArn=metadata["Arn"], tagKeys=["a"])
    assert codecommit.list_tags_for_resource(resourceArn=metadata["Arn"])["tags"] == {}
    assert codecommit.delete_repository(repositoryName=name)["repositoryId"] == metadata["repositoryId"]
    assert "repositoryId" not in codecommit.delete_repository(repositoryName=name)


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("get_repository", {}, "RepositoryDoesNotExistException"),
        ("get_branch", {"branchName": "main"}, "RepositoryDoesNotExistException"),
        ("get_file", {"filePath": "a"}, "RepositoryDoesNotExistException"),
        ("create_pull_request_approval_rule", None, "NotImplemented"),
    ],
)
def test_what_is_missing_is_named(client: ClientOf, operation: str, request_: Any, code: str) -> None:
    given = {"repositoryName": "no-such", **request_} if request_ is not None else RULE
    with pytest.raises(ClientError) as refused:
        getattr(client("codecommit"), operation)(**given)
    assert refused.value.response["Error"]["Code"] == code


RULE = {"pullRequestId": "1", "approvalRuleName": "r", "approvalRuleContent": "c"}


def test_a_path_that_is_not_there_is_named(seeded: Seeded) -> None:
    seeded.create(seeded.properties(FILES))
    at = {"repositoryName": seeded.name}
    for operation, request in (
        ("get_file", {"filePath": "no.py"}),
        ("get_file", {"filePath": "src"}),
        ("get_folder", {"folderPath": "no"}),
        ("get_folder", {"folderPath": "README.md"}),
        ("get_file", {"filePath": "README.md", "commitSpecifier": "--all"}),
        ("get_commit", {"commitId": "0" * 40}),
    ):
        with pytest.raises(ClientError, match="Could not find"):
            getattr(seeded.codecommit, operation)(**at, **request)
