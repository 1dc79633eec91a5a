"""What outlives its stack, what a second attempt meets, and what S3 or CloudFormation refuses only at deployment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.verifiers.assembly import Assembly, Finding

# Data, models, what proves where they came from, the key without which none of it can be read, and every commit.
KEPT = {"AWS::CodeCommit::Repository", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SageMaker::ModelPackageGroup"}
POLICIES = ("RetainExceptOnCreate", "Retain")
# Given at creation only: a change asks for another resource of the same name, which CloudFormation refuses.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-modelpackagegroup.html
CREATE_ONLY = {"AWS::SageMaker::ModelPackageGroup": ("ModelPackageGroupDescription",)}
# CodePipeline cuts the folder of a pipeline's artifacts to 20 characters of its name, and theirs to ten.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
PIPELINE_CUT, ARTIFACT_CUT = 20, 10


def outliving(assembly: Assembly) -> Iterator[Finding]:
    """A creation that is rolled back leaves nothing, or the next attempt would meet the group, and pay for another key."""
    for one in assembly.resources:
        given = (one.raw.get("DeletionPolicy", "Delete"), one.raw.get("UpdateReplacePolicy", "Delete"))
        if given != (POLICIES if one.kind in KEPT else ("Delete", "Delete")):
            yield one.found("retention", f"DeletionPolicy and UpdateReplacePolicy are {given}")


def create_only(assembly: Assembly) -> Iterator[Finding]:
    for one in assembly.of(*CREATE_ONLY):
        for name in CREATE_ONLY[one.kind]:
            if name in one.properties:
                yield one.found("create-only", f"{name} can never be changed")


def queue_names(assembly: Assembly) -> Iterator[Finding]:
    """A queue cannot be made within 60 seconds of the deletion of another one of its name (API_CreateQueue)."""
    for queue in assembly.of("AWS::SQS::Queue"):
        if "QueueName" in queue.properties:
            yield queue.found("queue-named", "destroying and deploying in a row fails")


def lifecycles(assembly: Assembly) -> Iterator[Finding]:
    """S3 refuses two rules of one prefix, at least in the older form of the request."""
    for bucket in assembly.of("AWS::S3::Bucket"):
        rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
        for prefix, count in Counter(str(rule.get("Prefix", "")) for rule in rules).items():
            if count > 1:
                yield bucket.found("lifecycle-alike", f"{count} rules begin with {prefix!r}")


def artifact_folders(assembly: Assembly) -> Iterator[Finding]:
    """Each pipeline's roles read and write their own artifacts alone."""
    folders: dict[str, str] = {}
    for pipeline in assembly.of("AWS::CodePipeline::Pipeline"):
        stages = pipeline.properties.get("Stages", [])
        made = [
            each["Name"]
            for stage in stages
            for action in stage["Actions"]
            for each in action.get("OutputArtifacts", [])
        ]
        for artifact in made:
            folder = f"{pipeline.name[:PIPELINE_CUT]}/{artifact[:ARTIFACT_CUT]}"
            if folders.setdefault(folder, pipeline.name) != pipeline.name:
                yield pipeline.found("artifact-folder", f"{folders[folder]} keeps artifacts in {folder} too")
