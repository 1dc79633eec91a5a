"""An action at work: the thread that runs it, in the name of its role, and what its errors are called."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.acting import Actor
from sandbox.codepipeline.actions.abandonment import Abandonment
from sandbox.codepipeline.actions.contract import ActionFailed, Awaited, Done, Work
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.beginning import store_of
from sandbox.codepipeline.service import CodePipeline
from sandbox.containers.objects import S3Location
from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.identity import AccessDenied, Credentials
from sandbox.store import Document

Outcome = Done | Awaited | ActionFailed
_OWN_CODES = {AccessDenied: "PermissionError", NotInTheSandbox: "ConfigurationError"}  # as FailureType
_REFUSALS = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException")


class Ended(Protocol):
    """Who hears of an action's end."""

    def __call__(self, codepipeline: CodePipeline, identity: str, outcome: Outcome) -> None: ...


def launch(codepipeline: CodePipeline, identity: str, *, ended: Ended) -> None:
    """Run the action `identity` beside; `ended` hears how it ended, or that a person or a function will say so."""
    abandonment = Abandonment()
    codepipeline.running[identity] = abandonment

    def run() -> None:
        with suppress(
            sqlite3.ProgrammingError
        ):  # the store is closed: the process ends, and `recover` marks what is cut off
            try:
                outcome = _outcome(codepipeline, identity, abandonment)
            finally:
                codepipeline.running.pop(identity, None)
            ended(codepipeline, identity, outcome)

    threading.Thread(target=run, name=f"action {identity}", daemon=True).start()


def _outcome(codepipeline: CodePipeline, identity: str, abandonment: Abandonment) -> Outcome:
    try:
        work = _work(codepipeline, identity, abandonment)
        return codepipeline.providers[work.action["actionTypeId"]["provider"]](work)
    except ActionFailed as failure:
        return failure
    except ServiceError as error:
        return ActionFailed(error.message, code=_OWN_CODES.get(type(error), "JobFailed"))
    except (ClientError, BotoCoreError) as error:
        return _refused(error)
    except sqlite3.ProgrammingError:
        raise
    except Exception as error:
        logging.getLogger(__name__).exception("action %s", identity)
        return ActionFailed(f"The sandbox failed: {error!r}; its log has the traceback.", code="SystemUnavailable")


def _refused(error: ClientError | BotoCoreError) -> ActionFailed:
    if isinstance(error, BotoCoreError):  # the request could not even be made
        return ActionFailed(str(error), code="ConfigurationError")
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    if code in _REFUSALS:
        return ActionFailed(message, code="PermissionError")
    return ActionFailed(f"{error.operation_name}: {code}: {message}")


def _work(codepipeline: CodePipeline, identity: str, abandonment: Abandonment) -> Work:
    record = codepipeline.store.get(records.ACTION, identity) or {}
    execution = codepipeline.store.get(records.EXECUTION, record["pipelineExecutionId"]) or {}
    pipeline = records.structure(codepipeline.store, execution)
    stage = records.stage_named(pipeline, record["stageName"])
    action = next(each for each in stage["actions"] if each["name"] == record["actionName"])
    region = record["input"]["region"]
    if region != codepipeline.settings.region:
        raise NotInTheSandbox(f"codepipeline: an action in another Region ({region})")
    place = store_of(pipeline, region)
    taken = {each["name"]: S3Location(**each["s3location"]) for each in record["input"]["inputArtifacts"]}
    return Work(
        id=identity,
        pipeline=pipeline,
        execution=execution,
        stage=record["stageName"],
        action=action,
        configuration=record["input"]["resolvedConfiguration"],
        inputs=taken,
        outputs={name: S3Location(**where) for name, where in record["_outputs"].items()},
        encryption_key=place.get("encryptionKey", {}).get("id"),
        record=record,
        actor=_actor(codepipeline, pipeline, execution, action),
        settings=codepipeline.settings,
        clock=codepipeline.around.clock,
        neighbours=codepipeline.neighbours,
        note=partial(_note, codepipeline, identity),
        abandonment=abandonment,
    )


def _note(codepipeline: CodePipeline, identity: str, changes: Document) -> None:
    with suppress(KeyError):  # its pipeline was deleted
        codepipeline.store.update(records.ACTION, identity, changes)


def _actor(codepipeline: CodePipeline, pipeline: Document, execution: Document, action: Document) -> Actor:
    """API_ActionDeclaration: an action's own role "is assumed through the roleArn for the pipeline"."""
    session, arn = execution["pipelineExecutionId"], codepipeline.arn(pipeline["name"])
    actor = codepipeline.around.take_on(pipeline["roleArn"], service="codepipeline", session=session, source_arn=arn)
    if "roleArn" not in action:
        return actor
    assumed = actor.client("sts").assume_role(RoleArn=action["roleArn"], RoleSessionName=session)
    given = assumed["Credentials"]
    credentials = Credentials(
        access_key_id=given["AccessKeyId"],
        secret_access_key=given["SecretAccessKey"],
        session_token=given["SessionToken"],
        arn=assumed["AssumedRoleUser"]["Arn"],
    )
    return replace(actor, credentials=credentials)
