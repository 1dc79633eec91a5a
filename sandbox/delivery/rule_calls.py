"""The calls that a rule's target stands for, by the kind of its ARN.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from sandbox.acting import Actor
from sandbox.delivery import paths
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Delivery
from sandbox.delivery.own_policy import OwnPolicy
from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.store import Document


class By(Protocol):
    """Who calls: see RuleTargets."""

    def actor(self, delivery: Delivery) -> Actor: ...

    def client(self, service: str) -> Any: ...

    def by_role_or_policy(
        self, delivery: Delivery, arn: Arn, *, action: str, policy: Callable[[], OwnPolicy]
    ) -> Any: ...

    def queue_policy(self, arn: Arn) -> OwnPolicy: ...

    def queue_url(self, arn: Arn) -> str: ...

    def forward(self, record: Document, *, payload: str | None, bus_arn: str) -> None: ...


def send(by: By, delivery: Delivery) -> None:
    """One attempt. Raises what the target answered, and NotInTheSandbox for a kind that is not carried out."""
    arn = Arn.parse(delivery.target["Arn"])
    call = _CALLS.get(arn.kind)
    if call is None:
        raise NotInTheSandbox(f"{arn} as the target of an EventBridge rule")
    call(by, delivery, arn)


def _lambda(by: By, delivery: Delivery, arn: Arn) -> None:
    _, name, *qualifier = arn.resource.split(":")
    which = {"FunctionName": name} | ({"Qualifier": qualifier[0]} if qualifier else {})

    def policy() -> OwnPolicy:
        functions = by.client("lambda")
        try:
            return OwnPolicy(functions.get_policy(**which)["Policy"])
        except functions.exceptions.ResourceNotFoundException:
            functions.get_function_configuration(**which)  # no function at all is another error than no policy
            return OwnPolicy("")

    client = by.by_role_or_policy(delivery, arn, action="lambda:InvokeFunction", policy=policy)
    client.invoke(**which, InvocationType="Event", Payload=delivery.payload.encode())


def _sqs(by: By, delivery: Delivery, arn: Arn) -> None:
    client = by.by_role_or_policy(delivery, arn, action="sqs:SendMessage", policy=lambda: by.queue_policy(arn))
    group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
    client.send_message(
        QueueUrl=by.queue_url(arn), MessageBody=delivery.payload, **({"MessageGroupId": group} if group else {})
    )


def _sns(by: By, delivery: Delivery, arn: Arn) -> None:
    def policy() -> OwnPolicy:
        given = by.client("sns").get_topic_attributes(TopicArn=str(arn))["Attributes"]
        return OwnPolicy(given.get("Policy", ""), given.get("KmsMasterKeyId", ""))

    client = by.by_role_or_policy(delivery, arn, action="sns:Publish", policy=policy)
    client.publish(TopicArn=str(arn), Message=delivery.payload)


def _codepipeline(by: By, delivery: Delivery, arn: Arn) -> None:
    """Without Input nothing of the event passes; with it, source revisions and variables may.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cloudtrail-S3-source-cfn.html (InputTransformer)
    """
    given: Document = {}
    if delivery.target.get("Input") or delivery.target.get("InputTransformer"):
        given = _object(delivery)
        if beside := given.keys() - {"sourceRevisions", "variables"}:
            raise ValidationError(f"{arn} takes sourceRevisions and variables, not {', '.join(sorted(beside))}")
    token = f"eventbridge-{delivery.id}"  # one delivery, one execution, however often it is tried
    by.actor(delivery).client("codepipeline").start_pipeline_execution(
        name=arn.resource, clientRequestToken=token, **given
    )


def _sagemaker(by: By, delivery: Delivery, arn: Arn) -> None:
    """A parameter's value may be a JSON path into the event (API_SageMakerPipelineParameter)."""
    listed = (delivery.target.get("SageMakerPipelineParameters") or {}).get("PipelineParameterList") or []
    by.actor(delivery).client("sagemaker").start_pipeline_execution(
        PipelineName=arn.name,
        PipelineParameters=[{"Name": each["Name"], "Value": _value(delivery, each["Value"])} for each in listed],
        ClientRequestToken=f"eventbridge-{delivery.id:0>32}",
    )


def _states(by: By, delivery: Delivery, arn: Arn) -> None:
    by.actor(delivery).client("stepfunctions").start_execution(stateMachineArn=str(arn), input=delivery.payload)


def _bus(by: By, delivery: Delivery, arn: Arn) -> None:
    if delivery.target.get("RoleArn"):
        by.actor(delivery).require("events:PutEvents", str(arn))
    by.client("events").describe_event_bus(Name=arn.name)
    made = any(delivery.target.get(member) for member in ("Input", "InputPath", "InputTransformer"))
    by.forward(delivery.record, payload=delivery.payload if made else None, bus_arn=str(arn))


def _value(delivery: Delivery, value: str) -> str:
    if not value.startswith("$"):
        return value
    try:
        found = paths.found(delivery.event, value)
    except (LookupError, ValueError) as error:
        raise ValidationError(f"{delivery.arn}: the event has no {value}") from error
    return found if isinstance(found, str) else json.dumps(found)


def _object(delivery: Delivery) -> Document:
    try:
        given = json.loads(delivery.payload)
    except ValueError as error:
        raise ValidationError(f"{delivery.arn}: what its target is sent is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise ValidationError(f"{delivery.arn}: what its target is sent is not a JSON object")
    return given


_CALLS: dict[str, Callable[[By, Delivery, Arn], None]] = {
    "lambda": _lambda,
    "sqs": _sqs,
    "sns": _sns,
    "codepipeline": _codepipeline,
    "sagemaker:pipeline": _sagemaker,
    "states": _states,
    "events:event-bus": _bus,
}
