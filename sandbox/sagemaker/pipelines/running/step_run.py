"""One step of one execution, from its first record to its last: arguments resolved, cache asked, attempts made."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.sagemaker.pipelines.definition.definition import Definition, Step
from sandbox.sagemaker.pipelines.language.expressions import Scalar
from sandbox.sagemaker.pipelines.language.references import ExpressionError
from sandbox.sagemaker.pipelines.running import caching
from sandbox.sagemaker.pipelines.running.job_names import job_name
from sandbox.sagemaker.pipelines.running.pipeline_role import PipelineRole
from sandbox.sagemaker.pipelines.running.retrying import Retries, not_retried
from sandbox.sagemaker.pipelines.running.scheduling import State
from sandbox.sagemaker.pipelines.running.scopes import STEP, scope
from sandbox.sagemaker.pipelines.running.step_request import request, variables_of
from sandbox.sagemaker.pipelines.steps import STEP_TYPES
from sandbox.sagemaker.pipelines.steps.contract import Attempt, Outcome, StepFailed, StepStopped, StopSignal
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_LONGEST_REASON = 1024  # FailureReason of PipelineExecutionStep


@dataclass(frozen=True, kw_only=True)
class StepRun:
    """A step to run, and all it needs for that."""

    sagemaker: SageMaker
    execution: Document
    definition: Definition
    parameters: Mapping[str, Scalar]
    step: Step
    stop: StopSignal
    role: PipelineRole

    @property
    def key(self) -> str:
        return f"{self.execution['PipelineExecutionArn']}/{self.step.name}"

    def note(self, changes: Document) -> Document:
        return self.sagemaker.store.update(STEP, self.key, changes)

    def run(self) -> tuple[State, str]:
        """Run to the end; returns how it ended, and the outcome if it is a Condition step."""
        document = self._begin()
        try:
            outcome = self._result(document)
        except StepStopped:
            return self._end(State.STOPPED, {})
        except StepFailed as failure:
            return self._end(State.FAILED, {"FailureReason": failure.reason[:_LONGEST_REASON]})
        except ExpressionError as error:
            reason = f"ClientError: step '{self.step.name}': {error}"
            return self._end(State.FAILED, {"FailureReason": reason[:_LONGEST_REASON]})
        except sqlite3.ProgrammingError:  # the store is closed: the process is going down, and nothing can be recorded
            raise
        except Exception as error:
            logging.getLogger(__name__).exception("step %s", self.key)
            reason = f"InternalServerError: the sandbox failed: {error!r}"
            return self._end(State.FAILED, {"FailureReason": reason[:_LONGEST_REASON]})
        return self._end(State.SUCCEEDED, {"Metadata": outcome.metadata, "_properties": outcome.properties})

    def _begin(self) -> Document:
        store, arn = self.sagemaker.store, self.execution["PipelineExecutionArn"]
        with store.transaction():
            earlier = store.get(STEP, self.key) or {}
            document: Document = {
                "StepName": self.step.name,
                "StepDisplayName": self.step.display_name,
                "StepDescription": self.step.description,
                "StepStatus": "Starting",
                "StartTime": self.sagemaker.now(),
                "AttemptCount": 1,
                "Metadata": {},
                "_execution": arn,
                "_type": self.step.type,
                "_order": 1 + max((each["_order"] for each in store.all(STEP, parent=arn)), default=0),
            }
            if earlier.get("_interrupted"):  # by a kill: go on with the same request, not a second one
                document["_arguments"] = earlier.get("_arguments")
            store.put(STEP, self.key, document, parent=arn)
        return document

    def _end(self, state: State, changes: Document) -> tuple[State, str]:
        document = self.note({**changes, "StepStatus": state.value, "EndTime": self.sagemaker.now()})
        outcome = document["Metadata"].get("Condition", {}).get("Outcome", "") if state is State.SUCCEEDED else ""
        return state, outcome

    def _result(self, document: Document) -> Outcome:
        kind = STEP_TYPES[self.step.type]
        name = job_name(self.execution["PipelineExecutionArn"], self.step)
        arguments = document.get("_arguments") or self._resolved(name)
        document = self.note({"_arguments": arguments})
        if self.step.cache_expires_after is not None and kind.cache_key:
            document = self.note({"_cache_key": caching.key(kind, arguments)})
            if hit := self._cached(document):
                return hit
        return self._attempts(arguments, name)

    def _resolved(self, name: str) -> Document:
        job = variables_of(STEP_TYPES[self.step.type], name)
        around = scope(self.sagemaker, self.execution, self.definition, self.parameters, job=job, role=self.role)
        return request(self.step, around)

    def _cached(self, document: Document) -> Outcome | None:
        max_age = caching.seconds(self.step.cache_expires_after or "")
        pipeline, kind = self.execution["_pipeline"], STEP_TYPES[self.step.type]
        source = caching.find(self.sagemaker, pipeline=pipeline, step=document, kind=kind, max_age=max_age)
        if source is None:
            return None
        self.note({"CacheHitResult": {"SourcePipelineExecutionArn": source["_execution"]}})
        return Outcome(properties=source["_properties"], metadata=source["Metadata"])

    def _attempts(self, arguments: Document, name: str) -> Outcome:
        retries, number = Retries(self.step, self.sagemaker.now()), 1
        while not self.stop.is_set():
            try:
                return STEP_TYPES[self.step.type].run(self._attempt(arguments, name))
            except StepFailed as failure:
                delay = retries.delay(failure.exception_type, self.sagemaker.now())
                if delay is None:
                    more = not_retried(self.step, self.execution["PipelineExecutionArn"], failure.exception_type)
                    raise StepFailed(failure.reason + more) from failure
            self.stop.wait(delay)
            number, name = number + 1, job_name(self.execution["PipelineExecutionArn"], self.step)
            self.note({"AttemptCount": number})
        raise StepStopped

    def _attempt(self, arguments: Document, name: str) -> Attempt:
        return Attempt(
            sagemaker=self.sagemaker,
            execution_arn=self.execution["PipelineExecutionArn"],
            step=self.step,
            arguments=arguments,
            name=name,
            note=self.note,
            stopping=self._stopping,
            stop=self.stop,
            key=self.role.key,
            client=self.role.client,
        )

    def _stopping(self) -> None:
        with self.sagemaker.store.transaction():
            document = self.sagemaker.store.get(STEP, self.key)
            if document and document["StepStatus"] in ("Starting", "Executing"):  # it may have ended just now
                self.note({"StepStatus": "Stopping"})
