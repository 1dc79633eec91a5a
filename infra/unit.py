"""What the app is made of: stacks, and in them units, which know their stack and their path without asking the CDK's kernel."""

from __future__ import annotations

from aws_cdk import App, Environment, Stack
from constructs import Construct

from infra.ground import Place
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


class Unit(Construct):
    """The resources that belong together, in a file of their own."""

    def __init__(self, scope: ProjectStack | Unit, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.stack: ProjectStack = scope if isinstance(scope, ProjectStack) else scope.stack
        self.path: tuple[str, ...] = (*scope.path, construct_id)
