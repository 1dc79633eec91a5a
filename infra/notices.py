"""What people hear about: every failure, every deployment and whatever waits for them, in one form, on one topic."""

from __future__ import annotations

from collections.abc import Iterator

from constructs import Construct

from infra.foundation import Foundation
from infra.function import Function
from infra.rule import Rule


class Notices(Construct):
    """Each rule hands its event to the one function that puts it into words."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation) -> None:
        super().__init__(scope, construct_id)
        self._foundation = foundation
        function = Function(
            self,
            "Function",
            package="notices",
            role=foundation.roles.notices,
            foundation=foundation,
            variables={"TOPIC_ARN": foundation.topic.topic_arn},
        ).function
        for news, pattern in self._news():
            name = f"{foundation.names.notices}-{news.lower()}"
            Rule(self, news, name=name, pattern=pattern, undelivered=foundation.undelivered).invokes(function)

    def _news(self) -> Iterator[tuple[str, dict[str, object]]]:
        names = self._foundation.names
        pipelines = [names.model_build, names.model_deploy]
        yield (
            "Training",
            {
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
                "detail": {
                    "pipelineArn": [self._foundation.ground.sagemaker("pipeline", names.sagemaker_pipeline)],
                    "currentPipelineExecutionStatus": ["Failed"],
                },
            },
        )
        yield (
            "Builds",
            {
                "source": ["aws.codebuild"],
                "detail-type": ["CodeBuild Build State Change"],
                "detail": {"build-status": ["FAILED"], "project-name": [*pipelines, names.smoke_test]},
            },
        )
        yield (
            "Deliveries",
            {
                "source": ["aws.codepipeline"],
                "detail-type": ["CodePipeline Pipeline Execution State Change"],
                "detail": {"pipeline": pipelines, "state": ["FAILED", "STOPPED", "SUCCEEDED"]},
            },
        )
        yield (
            "Approvals",
            {
                "source": ["aws.codepipeline"],
                "detail-type": ["CodePipeline Action Execution State Change"],
                "detail": {
                    "pipeline": [names.model_deploy],
                    "state": ["STARTED"],
                    "type": {"category": ["Approval"], "provider": ["Manual"]},
                },
            },
        )
