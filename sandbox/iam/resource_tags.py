"""The tags of our own services' resources, by ARN: what aws:ResourceTag conditions look at."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.errors import ServiceError
from sandbox.service import Service
from sandbox.store import Document

# service -> the operation that tells, the member that takes the ARN, the member that has the tags
_TOLD_BY = {
    "sagemaker": ("ListTags", "ResourceArn", "Tags"),
    "codecommit": ("ListTagsForResource", "resourceArn", "tags"),
    "codepipeline": ("ListTagsForResource", "resourceArn", "tags"),
}


class ResourceTags:
    """The services are added once they are made: they are made with a guard that asks here."""

    def __init__(self) -> None:
        self._services: dict[str, Service] = {}

    def add(self, service: Service) -> None:
        self._services[service.name] = service

    def of(self, arn: str) -> Mapping[str, str]:
        """None for what is not there, or is not ours."""
        service = self._services.get(arn.split(":")[2]) if arn.startswith("arn:") else None
        if service is None:
            return {}
        try:
            tags = _project_tags(service, arn) if service.name == "codebuild" else _told(service, arn)
        except ServiceError:
            return {}
        return tags if isinstance(tags, dict) else {str(tag.get("Key", tag.get("key"))): _value(tag) for tag in tags}


def _told(service: Service, arn: str) -> dict[str, str] | list[Document]:
    operation, member, tags = _TOLD_BY[service.name]
    named = arn.partition("/")[0] if service.name == "codepipeline" else arn  # a stage has its pipeline's
    told: dict[str, str] | list[Document] = service.operations[operation](service, {member: named})[tags]
    return told


def _project_tags(codebuild: Service, arn: str) -> list[Document]:
    found = codebuild.operations["BatchGetProjects"](codebuild, {"names": [arn.partition("/")[2]]})["projects"]
    return list(found[0].get("tags", [])) if found else []


def _value(tag: Document) -> str:
    return str(tag.get("Value", tag.get("value", "")))
