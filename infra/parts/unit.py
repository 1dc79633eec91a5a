"""What the app is made of: stacks, and in them units, which tell their resources the stack and the path that they are in."""

from __future__ import annotations

from aws_cdk import App, Environment, Stack

from infra.iam.arns import Place
from infra.settings import Settings


class ProjectStack(Stack):
    """A stack of the project in one account, the project's own if none is stated."""

    path: tuple[str, ...] = ()

    def __init__(self, scope: App, name: str, *, settings: Settings, account: str | None = None) -> None:
        tags = {"Project": settings.project, "UseCase": settings.use_case}
        where = {"account": account or settings.account, "region": settings.region}
        super().__init__(scope, f"{settings.project}-{name}", env=Environment(**where), tags=tags)
        self.place = Place.of(**where)
        self.resource_tags = [{"Key": key, "Value": value} for key, value in tags.items()]


class Unit:
    """The resources that belong together, in a file of their own.

    No construct of the CDK's, each of which is a message to its kernel and back: the resources themselves lie in the
    stack, by the ids that they would have in a construct here (`logical_id.py`). What else the CDK has to offer takes
    `self.stack` for its scope.
    """

    def __init__(self, scope: ProjectStack | Unit, construct_id: str) -> None:
        self.stack: ProjectStack = scope if isinstance(scope, ProjectStack) else scope.stack
        self.path: tuple[str, ...] = (*scope.path, construct_id)
