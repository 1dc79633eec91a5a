"""Notices of the CodePipelines: an action failed, an approval is waited for or refused, a stage is deployed or rolled back."""

from __future__ import annotations

import re

from . import console, quotas
from .event import Event
from .notice import Facts, Notice, version

PIPELINE = "CodePipeline Pipeline Execution State Change"
STAGE = "CodePipeline Stage Execution State Change"
ACTION = "CodePipeline Action Execution State Change"
_FAILED, _ALL = "FAILED_ACTIONS", "ALL_ACTIONS"
# The review's sentence about an endpoint that is not there (review/refusal.py).
_GONE = re.compile(r"The stack (?P<stack>\S+) is there, but its endpoint \S+ is not")
_ENDINGS = {"FAILED": "failed", "SUCCEEDED": "succeeded", "STOPPED": "was stopped", "STOPPING": "is being stopped"}
_ENDINGS |= {
    "SUPERSEDED": "was overtaken",
    "CANCELED": "was cancelled",
    "ABANDONED": "was abandoned",
    "STARTED": "has started",
}


def action(event: Event, facts: Facts) -> Notice:
    approval, state = event.detail("type", "category") == "Approval", event.detail("state")
    if approval and state == "STARTED":
        return _waiting(event, facts)
    why = event.detail("execution-result", "external-execution-summary")
    if approval and state == "FAILED":
        return _refused(event, facts, why)
    return _action_failed(event, facts, why) if state == "FAILED" else _state(event, facts)


def _action_failed(event: Event, facts: Facts, why: str) -> Notice:
    if event.detail("type", "category") == "Test":
        return _test_failed(event, facts, why)
    if event.detail("type", "provider") == "CloudFormation":
        return _stack_failed(event, facts, why)
    if event.detail("type", "provider") == "Lambda":
        return _review_refused(event, facts, why)
    return _failed(event, facts, why="\n".join(facts.reasons) or why)


def stage(event: Event, facts: Facts) -> Notice:
    state = event.detail("state")
    if state == "FAILED":
        return _failed(event, facts, why="\n".join(facts.reasons))
    return _deployed(event, facts) if state == "SUCCEEDED" and facts.package else _state(event, facts)


def pipeline(event: Event, facts: Facts) -> Notice:
    if event.detail("state") == "FAILED":
        return _failed(event, facts, why="\n".join(facts.reasons))
    return _state(event, facts)


def _waiting(event: Event, facts: Facts) -> Notice:
    name, where, what = event.detail("pipeline"), event.detail("stage"), event.detail("action")
    state = f"aws codepipeline get-pipeline-state --name {name} --region {event.region}"
    query = f"stageStates[?stageName=='{where}'].actionStates[] | [?actionName=='{what}'].latestExecution.token"
    decide = (
        f"aws codepipeline put-approval-result --pipeline-name {name} --stage-name {where} --action-name {what} "
        f'--result "status=Approved,summary=REASON" --token TOKEN --region {event.region}'
    )
    return Notice(
        headline=f"waiting for approval in {where}",
        what=f"{name} has tested the version, made the change of production ready, and waits for a person in {where}. "
        "What is approved is this change: nothing that happens meanwhile alters it.",
        next="read the test report, then decide in the console, or with the token that the first command prints:",
        link=console.codepipeline(event),
        stage=where,
        package=facts.package,
        change=facts.change,
        report=facts.report,
        commands=(f'{state} --output text --query "{query}"', decide),
    )


def _refused(event: Event, facts: Facts, why: str) -> Notice:
    return Notice(
        headline=f"approval refused in {event.detail('stage')}",
        what=f"{event.detail('pipeline')} ends here: the approval was refused or ran out. Production stays as it was.",
        why=why,
        next="reject the version in the model registry, or approve it again for another attempt:",
        link=console.codepipeline(event),
        stage=event.detail("stage"),
        package=facts.package,
        commands=(_decide(event, facts, "Rejected"),),
    )


def _test_failed(event: Event, facts: Facts, why: str) -> Notice:
    """The endpoint is up with the version: what it is short of is in the report, and the test alone can be run again."""
    where = event.detail("stage")
    of_version = f" of version {_number(facts.package)}" if facts.package else ""
    fetch = (f"aws s3 cp {facts.report} . --region {event.region}",) if facts.report else ()
    told = "\n".join(facts.reasons) or why
    if "could not find endpoint" in told.lower() and facts.stack:
        return _endpoint_gone(event, facts, told, stack=facts.stack)
    return Notice(
        headline=f"the test{of_version} in {where} failed",
        what=f"{event.detail('pipeline')} has tested the endpoint of {where}, and it did not pass. Nothing goes further.",
        why=told,
        next="where the cause may pass (a busy machine, a refused call), run the test again with the last but one of these; "
        "where it is the version's fault, reject it with the last:",
        link=event.detail("execution-result", "external-execution-url") or console.codepipeline(event),
        stage=where,
        package=facts.package,
        report=facts.report,
        commands=(*fetch, _retry(event), _decide(event, facts, "Rejected")),
    )


def _endpoint_gone(event: Event, facts: Facts, why: str, *, stack: str) -> Notice:
    """CloudFormation does not look whether what it made is still there: its stack has to go for the endpoint to be made anew."""
    where = event.detail("stage")
    delete = f"--stack-name {stack} --region {event.region}"
    return Notice(
        headline=f"the endpoint of {where} was deleted",
        what=f"{event.detail('pipeline')} finds no endpoint {stack}, though its stack is there.",
        why=why,
        next="have the stack deleted and made anew:",
        link=console.codepipeline(event),
        stage=where,
        package=facts.package,
        commands=(
            f"aws cloudformation delete-stack {delete} && aws cloudformation wait stack-delete-complete {delete} && "
            + _retry(event, mode=_ALL),
        ),
    )


def _review_refused(event: Event, facts: Facts, why: str) -> Notice:
    """The reason says what to do. The change set may be of yesterday's stack, so all actions are run again."""
    where, gone = event.detail("stage"), _GONE.search(why)
    if gone:
        return _endpoint_gone(event, facts, why, stack=gone["stack"])
    return Notice(
        headline=f"the change of {where} was refused before anybody was asked",
        what=f"{event.detail('pipeline')} has reviewed the change of {where} and ends here. What is live stays live.",
        why=why,
        next="do what the reason says; where nothing else follows by itself, make the change anew with this:",
        link=console.codepipeline(event),
        stage=where,
        package=facts.package,
        commands=(_retry(event, mode=_ALL),),
    )


def _stack_failed(event: Event, facts: Facts, why: str) -> Notice:
    """What to do hangs on the state that the stack was left in.

    One whose creation failed is rolled back to ROLLBACK_COMPLETE, which no update starts from: it can only be deleted. In
    UPDATE_ROLLBACK_FAILED it still serves, and only a rollback to the end leads out of it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    where, stack = event.detail("stage"), f"--stack-name {facts.stack or 'STACK'} --region {event.region}"
    # A change set is carried out once; another one is another change, and so is approved again.
    again = ", which makes the change anew and asks for its approval again" if facts.by_change_set else ""
    return Notice(
        headline=f"{event.detail('pipeline')} {where} {event.detail('action')} failed",
        what=f"CloudFormation could not bring the version to {where}. What comes after it was not reached.",
        why=why,
        next=(quotas.advice(why, event.region) or "correct the cause, then retry:")
        + f" the last of these retries the stage{again}. The first says in which state the stack is: in ROLLBACK_COMPLETE (its "
        "first deployment failed, nothing serves) delete it before with the second; in UPDATE_ROLLBACK_FAILED continue its "
        "rollback before with the third; where something of the stack was deleted by hand, delete the stack with the second, too; "
        "in any other case the retry is enough:",
        link=event.detail("execution-result", "external-execution-url") or console.codepipeline(event),
        stage=where,
        package=facts.package,
        commands=(
            f"aws cloudformation describe-stacks {stack} --output text --query Stacks[].StackStatus",
            f"aws cloudformation delete-stack {stack}",
            f"aws cloudformation continue-update-rollback {stack}",
            _retry(event, mode=_ALL if facts.by_change_set else _FAILED),
        ),
    )


def _failed(event: Event, facts: Facts, *, why: str) -> Notice:
    name, where = event.detail("pipeline"), event.detail("stage")
    what = " ".join(filter(None, (name, where, event.detail("action"))))
    return Notice(
        headline=f"{what} failed",
        what=f"{what} failed. What comes after it was not reached.",
        why=why,
        next=quotas.advice(why, event.region)
        or "correct the cause and push; where it was a passing one, retry the stage:",
        link=event.detail("execution-result", "external-execution-url") or console.codepipeline(event),
        stage=where,
        package=facts.package,
        commands=(_retry(event),),
    )


def _retry(event: Event, *, mode: str = _FAILED) -> str:
    return (
        f"aws codepipeline retry-stage-execution --pipeline-name {event.detail('pipeline')} "
        f"--stage-name {event.detail('stage') or 'STAGE'} --pipeline-execution-id {event.detail('execution-id')} "
        f"--retry-mode {mode} --region {event.region}"
    )


def _deployed(event: Event, facts: Facts) -> Notice:
    where = event.detail("stage")
    back = facts.rollback or _number(facts.package) < _number(facts.replaced)
    verb = "rolled back to" if back else "deployed"
    before = f" It took the place of version {version(facts.replaced)}." if facts.replaced else ""
    return Notice(
        headline=f"{where} has {verb} version {_number(facts.package)}",
        what=f"{event.detail('pipeline')} has {verb} version {version(facts.package)}.{before}",
        next="nothing. To go back to the version approved before this one, reject this one: that one then goes the whole way, "
        "through staging, its test and whatever approval there is before production:",
        link=console.codepipeline(event),
        stage=where,
        package=facts.package,
        commands=(_decide(event, facts, "Rejected"),),
    )


def _state(event: Event, facts: Facts) -> Notice:
    state = event.detail("state")
    ending = _ENDINGS.get(state, f"is {state or 'in an unknown state'}")
    what = " ".join(filter(None, (event.detail("pipeline"), event.detail("stage"), event.detail("action"))))
    return Notice(
        headline=f"{what} {ending}",
        what=f"{what} {ending}.",
        why=event.detail("stop-execution-comments") or None,
        next="see the execution in the console.",
        link=console.codepipeline(event),
        stage=event.detail("stage"),
        package=facts.package,
    )


def _decide(event: Event, facts: Facts, status: str) -> str:
    package = facts.package or "MODEL_PACKAGE_ARN"
    change = f"--model-package-arn {package} --model-approval-status {status}"
    return f"aws sagemaker update-model-package {change} --region {event.region}"


def _number(package: str) -> int:
    number = package.rpartition("/")[2]
    return int(number) if number.isdecimal() else 0
