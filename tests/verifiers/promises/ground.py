"""What nobody touches: data, models, the key, and the machinery itself."""

from __future__ import annotations

from infra.settings.names import MODELS
from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import bucket, names, settings
from tests.verifiers.promises.form import nobody
from tests.verifiers.tools.proofs import ABSENT, Promise

IAM_WRITES = tuple(
    f"iam:{verb}*" for verb in ("Add", "Attach", "Create", "Delete", "Detach", "Put", "Remove", "Set", "Tag", "Update")
)

_READERS = "Job SageMakerPipeline ModelSeal"  # of what jobs have left


def of_storage(assembly: Assembly) -> list[Promise]:
    data, artifacts = bucket(assembly, "Data").arn, bucket(assembly, "Artifacts").arn
    deletes = ("s3:Delete*", "s3:PutLifecycleConfiguration", "s3:PutBucketVersioning", "s3:BypassGovernanceRetention")
    return [
        nobody("nobody deletes data", *deletes, on=(data, f"{data}/*")),
        nobody("nobody deletes models, reports or code", *deletes, on=(artifacts, f"{artifacts}/*")),
        nobody("only the build writes code", "s3:PutObject*", on=f"{artifacts}/code/*", but="Build"),
        nobody(
            "nobody overwrites code, nor writes any without asking that there be none",
            "s3:PutObject",
            on=f"{artifacts}/code/*",
            where={"s3:if-none-match": ABSENT},
        ),
        nobody(
            "nobody overwrites a sealed archive, not even the seal",
            "s3:PutObject",
            on=f"{artifacts}/{MODELS}*",
            where={"s3:if-none-match": ABSENT},
        ),
        nobody(
            "nobody but the seal writes a sealed archive",
            *("s3:PutObject*", "s3:ReplicateObject", "s3:RestoreObject"),
            on=f"{artifacts}/{MODELS}*",
            but="ModelSeal",
        ),
        nobody(
            "nobody deletes a sealed archive, nor the seal itself",
            *("s3:Delete*", "s3:AbortMultipartUpload"),
            on=f"{artifacts}/{MODELS}*",
        ),
        nobody(
            "nobody but the pipeline, its jobs and the seal read what jobs have left (and, of manifests, the data check)",
            "s3:GetObject*",
            on=f"{artifacts}/{names(assembly).outputs}*",
            but=_READERS + (" DataCheck" if settings(assembly).data.lists_arrivals else ""),
        ),
        nobody("nobody writes data", "s3:PutObject*", "s3:RestoreObject", on=f"{data}/*"),
        nobody("only jobs read data", "s3:GetObject*", on=f"{data}/*", but="Job"),
        nobody(
            "nobody opens a bucket",
            "s3:PutBucketPolicy",
            "s3:PutBucketAcl",
            "s3:PutObjectAcl",
            "s3:PutBucketPublicAccessBlock",
        ),
        nobody(
            "nobody takes the key away",
            "kms:ScheduleKeyDeletion",
            "kms:DisableKey",
            "kms:PutKeyPolicy",
            "kms:CreateGrant",
        ),
    ]


def of_change() -> list[Promise]:
    """The machinery is changed by a deployment of these templates alone."""
    return [
        nobody("nobody changes an identity", *IAM_WRITES),
        nobody(
            "nobody changes what runs",
            "lambda:UpdateFunction*",
            "lambda:CreateFunction",
            "codebuild:UpdateProject",
            "codebuild:CreateProject",
            "codepipeline:UpdatePipeline",
            "codepipeline:CreatePipeline",
            "events:PutRule",
            "events:PutTargets",
            "events:DisableRule",
            "events:DeleteRule",
        ),
        nobody(
            "nobody pushes to a repository",
            "codecommit:GitPush",
            "codecommit:PutFile",
            "codecommit:CreateCommit",
            "codecommit:Merge*",
        ),
    ]
