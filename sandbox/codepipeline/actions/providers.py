"""Every provider of actions that the sandbox carries out."""

from __future__ import annotations

from sandbox.codepipeline.actions import approval, cloudformation, codebuild, codecommit, lambda_function, s3
from sandbox.codepipeline.actions.contract import Awaited, Done, Provider, Providers, Work
from sandbox.errors import NotInTheSandbox


def _absent(what: str) -> Provider:
    def refuse(_: Work) -> Done | Awaited:
        raise NotInTheSandbox(f"codepipeline: {what}")

    return refuse


PROVIDERS: Providers = {
    "CodeCommit": codecommit.fetch,
    "S3": s3.fetch,
    "CodeBuild": codebuild.build,
    "CloudFormation": cloudformation.deploy,
    "Lambda": lambda_function.invoke,
    "Manual": approval.ask,
    "CodeStarSourceConnection": _absent("a source behind a connection (CodeStarSourceConnection)"),
    "StepFunctions": _absent("an action that starts a state machine (StepFunctions)"),
}
