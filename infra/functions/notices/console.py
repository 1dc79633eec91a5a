"""Links into the AWS console."""

from .event import Event


def codepipeline(event: Event) -> str:
    pipeline, execution = event.detail("pipeline"), event.detail("execution-id")
    return f"{_home(event.region)}/codesuite/codepipeline/pipelines/{pipeline}/executions/{execution}?region={event.region}"


def codebuild(event: Event, build: str) -> str:
    project = event.detail("project-name")
    return (
        f"{_home(event.region)}/codesuite/codebuild/{event.text('account')}/projects/{project}"
        f"/build/{project}%3A{build}?region={event.region}"
    )


def studio(event: Event) -> str:
    """SageMaker shows its pipelines in Studio alone, whose address hangs on the user's domain."""
    return f"{_home(event.region)}/sagemaker/home?region={event.region}#/studio-landing"


def quotas(region: str) -> str:
    """SageMaker's own among the Service Quotas; the page has a field to search for a name."""
    return f"{_home(region)}/servicequotas/home/services/sagemaker/quotas?region={region}"


def s3_object(event: Event, uri: str) -> str:
    """The console shows the object to whoever may read it."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return f"{_home(event.region)}/s3/object/{bucket}?region={event.region}&prefix={key}"


def events(event: Event) -> str:
    return f"{_home(event.region)}/events/home?region={event.region}#/rules"


def _home(region: str) -> str:
    return (
        f"https://{region}.console.amazonaws.cn"
        if region.startswith("cn-")
        else f"https://{region}.console.aws.amazon.com"
    )
