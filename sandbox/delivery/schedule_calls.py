"""The calls that a schedule's target stands for: templated targets by the kind of their ARN, universal ones by name.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sandbox.acting import Actor
from sandbox.delivery import universal
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Delivery
from sandbox.delivery.schedule_payload import filled
from sandbox.errors import NotInTheSandbox, ValidationError


class By(Protocol):
    """Who calls: see ScheduleTargets."""

    def queue_url(self, arn: Arn) -> str: ...


def send(by: By, actor: Actor, delivery: Delivery) -> None:
    """One attempt. Raises what the target answered, and NotInTheSandbox for a kind that is not carried out."""
    text = delivery.target["Arn"]
    if universal.is_universal(text):
        wanted = universal.operation(text)
        request = wanted.request(filled(delivery))
        getattr(actor.client(wanted.service), wanted.method)(**request)
        return
    arn = Arn.parse(text)
    if not supported(arn):
        raise NotInTheSandbox(f"{arn} as the target of a schedule")
    _CALLS[arn.kind](by, actor, delivery, arn)


def supported(arn: Arn) -> bool:
    return arn.kind in _CALLS


def _lambda(_: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    actor.client("lambda").invoke(FunctionName=str(arn), InvocationType="Event", Payload=filled(delivery).encode())


def _sqs(by: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
    given = {"MessageGroupId": group} if group else {}
    actor.client("sqs").send_message(QueueUrl=by.queue_url(arn), MessageBody=filled(delivery), **given)


def _sns(_: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    actor.client("sns").publish(TopicArn=str(arn), Message=filled(delivery))


def _events(_: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    parameters = delivery.target.get("EventBridgeParameters")
    if not parameters:
        raise ValidationError(f"{delivery.arn}: an event bus as a target needs EventBridgeParameters")
    entry = {
        "EventBusName": str(arn),
        "Source": parameters["Source"],
        "DetailType": parameters["DetailType"],
        "Detail": filled(delivery),
    }
    answer = actor.client("events").put_events(Entries=[entry])["Entries"][0]
    if "ErrorCode" in answer:
        raise ValidationError(f"{answer['ErrorCode']}: {answer.get('ErrorMessage', '')}")


def _sagemaker(_: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    listed = (delivery.target.get("SageMakerPipelineParameters") or {}).get("PipelineParameterList") or []
    actor.client("sagemaker").start_pipeline_execution(
        PipelineName=arn.name,
        PipelineParameters=listed,
        ClientRequestToken=f"scheduler-{delivery.id:0>32}",
    )


def _codepipeline(_: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    token = f"scheduler-{delivery.id}"  # one delivery, one execution, however often it is tried
    actor.client("codepipeline").start_pipeline_execution(name=arn.resource, clientRequestToken=token)


def _states(_: By, actor: Actor, delivery: Delivery, arn: Arn) -> None:
    actor.client("stepfunctions").start_execution(stateMachineArn=str(arn), input=filled(delivery))


_CALLS: dict[str, Callable[[By, Actor, Delivery, Arn], None]] = {
    "lambda": _lambda,
    "sqs": _sqs,
    "sns": _sns,
    "events:event-bus": _events,
    "sagemaker:pipeline": _sagemaker,
    "codepipeline": _codepipeline,
    "states": _states,
}
