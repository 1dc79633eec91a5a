"""A deployed project as it stands: whoever has changed anything of it has left a trace here."""

from __future__ import annotations

from typing import Any

from tests.e2e.project import BUILD, DEPLOY, NAMES, Project


def state_of(project: Project) -> dict[str, Any]:
    return {
        "objects": {word: _objects(project, project.bucket(word)) for word in ("data", "artifacts")},
        "registry": _registry(project),
        "what runs": _machinery(project),
        "stages": {stage: _stage(project, NAMES.endpoint(stage)) for stage in ("staging", "prod")},
        "identities": _identities(project),
        "executions": _executions(project),
    }


def _objects(project: Project, bucket: str) -> dict[str, Any]:
    s3 = project.client("s3")
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket))
    return {
        "versions": sorted(
            (each["Key"], each["VersionId"], each["ETag"]) for page in pages for each in page.get("Versions", [])
        ),
        "deleted": sorted(each["Key"] for page in pages for each in page.get("DeleteMarkers", [])),
        "policy": s3.get_bucket_policy(Bucket=bucket)["Policy"],
        "versioning": s3.get_bucket_versioning(Bucket=bucket)["Status"],
        "rules": s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
    }


def _registry(project: Project) -> dict[str, Any]:
    sagemaker = project.client("sagemaker")
    groups = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    versions = [each["ModelPackageArn"] for each in project.versions()]
    loose = sagemaker.list_model_packages(ModelPackageType="Unversioned")["ModelPackageSummaryList"]
    described = [sagemaker.describe_model_package(ModelPackageName=each) for each in versions]
    return {
        "groups": sorted(each["ModelPackageGroupName"] for each in groups),
        "loose": [each["ModelPackageName"] for each in loose],
        "versions": [_told(each) for each in described],
    }


def _machinery(project: Project) -> dict[str, Any]:
    codepipeline, functions, events = (project.client(each) for each in ("codepipeline", "lambda", "events"))
    published = project.client("sagemaker").describe_pipeline(PipelineName=NAMES.sagemaker_pipeline)
    rules = events.list_rules()["Rules"]
    return {
        "pipelines": [codepipeline.get_pipeline(name=each)["pipeline"] for each in (BUILD, DEPLOY)],
        "published": (published["PipelineDefinition"], published["RoleArn"]),
        "functions": [
            (each["FunctionName"], each["CodeSha256"], each.get("Environment"))
            for each in functions.list_functions()["Functions"]
        ],
        "rules": [(each["Name"], each["State"], each.get("EventPattern")) for each in rules],
        "targets": [events.list_targets_by_rule(Rule=each["Name"])["Targets"] for each in rules],
        "schedules": [
            (each["GroupName"], each["Name"], each["State"])
            for each in project.client("scheduler").list_schedules()["Schedules"]
        ],
        "heads": [
            project.client("codecommit").get_branch(repositoryName=each, branchName="main")["branch"]["commitId"]
            for each in (BUILD, DEPLOY)
        ],
        "logs": sorted(
            each["logGroupName"]
            for page in project.client("logs").get_paginator("describe_log_groups").paginate()
            for each in page["logGroups"]
        ),
        "topics": project.client("sns").list_topics()["Topics"],
    }


def _stage(project: Project, name: str) -> dict[str, Any]:
    cloudformation, sagemaker = project.client("cloudformation"), project.client("sagemaker")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    return {
        "stack": (stack["StackId"], stack["StackStatus"], stack["Parameters"]),
        "changes": [each["ChangeSetName"] for each in cloudformation.list_change_sets(StackName=name)["Summaries"]],
        "template": cloudformation.get_template(StackName=name)["TemplateBody"],
        "endpoint": (endpoint["EndpointArn"], endpoint["EndpointConfigName"], endpoint["CreationTime"]),
        "models": sorted(each["ModelName"] for each in sagemaker.list_models(NameContains=name)["Models"]),
    }


def _identities(project: Project) -> dict[str, Any]:
    """Each role with its policies, and the key."""
    iam, kms = project.client("iam"), project.client("kms")
    roles = [role for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    policies = iam.list_policies(Scope="Local")["Policies"]
    return {
        "roles": sorted(role["RoleName"] for role in roles),
        "trust": {role["RoleName"]: role["AssumeRolePolicyDocument"] for role in roles},
        "inline": {
            role["RoleName"]: iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"] for role in roles
        },
        "attached": {
            role["RoleName"]: iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
            for role in roles
        },
        "versions": {each["Arn"]: each["DefaultVersionId"] for each in policies},
        "users": [each["UserName"] for each in iam.list_users()["Users"]],
        "keys": [_key(kms, each["KeyId"]) for each in kms.list_keys()["Keys"]],
    }


def _key(kms: Any, key: str) -> tuple[str, str]:
    policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], policy


def _executions(project: Project) -> dict[str, Any]:
    stacks = project.client("cloudformation").list_stacks()["StackSummaries"]
    jobs = project.client("sagemaker").list_training_jobs(MaxResults=100)["TrainingJobSummaries"]
    return {
        **{
            pipeline: [(each["pipelineExecutionId"], each["status"]) for each in project.executions(pipeline)]
            for pipeline in (BUILD, DEPLOY)
        },
        "runs": [each["PipelineExecutionArn"] for each in project.runs()],
        "jobs": sorted(each["TrainingJobName"] for each in jobs),
        "stacks": sorted((each["StackName"], each["StackStatus"]) for each in stacks),
    }


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
