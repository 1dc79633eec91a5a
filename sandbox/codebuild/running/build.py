"""One build, from QUEUED to COMPLETED (user guide, "Build phase transitions").

What fails before the commands, in INSTALL or in PRE_BUILD leads to FINALIZING. After BUILD comes POST_BUILD, also when BUILD
failed, and UPLOAD_ARTIFACTS after both. `on-failure: ABORT` leads to FINALIZING from any phase, CONTINUE to the phase after
it: the build has failed all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from typing import TypeVar

from sandbox.codebuild.buildspec.spec import PHASES, BuildSpec
from sandbox.codebuild.running.commands import run_phase
from sandbox.codebuild.running.exported import exported
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.leaving import leave_results
from sandbox.codebuild.running.log import Log, NoLog
from sandbox.codebuild.running.preparing import Preparation, Workplace
from sandbox.codebuild.running.provisioning import provision
from sandbox.codebuild.running.record import Record
from sandbox.codebuild.running.site import site
from sandbox.codebuild.running.watch import Interrupted, Watch
from sandbox.codebuild.service import CodeBuild
from sandbox.errors import ServiceError
from sandbox.store import Document

_LOG = logging.getLogger(__name__)
_MINUTE = 60.0
_LEAD_TO_THE_END = ("install", "pre_build")
_QUEUED_TOO_LONG = Interrupted(
    "TIMED_OUT", code="BUILD_QUEUED_TIMED_OUT", message="Build has been queued for too long."
)
_RAN_TOO_LONG = Interrupted("TIMED_OUT", code="BUILD_TIMED_OUT", message="Build has timed out. ")

Found = TypeVar("Found")


class _Failed(Exception):
    """A phase did not succeed, and that is told already."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def perform(codebuild: CodeBuild, build: Document, watch: Watch) -> None:
    """On the build's own thread: whatever happens, the build is complete in the end."""
    run = _Run(codebuild, Record(codebuild, build), watch)
    held = ExitStack()  # slot, folder and shell
    try:
        run.through(held)
    except _Failed:
        pass
    except Exception as error:  # noqa: BLE001 (a thread's last resort: the build must leave IN_PROGRESS, and say why)
        _LOG.exception("build %s", build["id"])
        run.broke_off(error)
    run.finish(held)


class _Run:
    def __init__(self, codebuild: CodeBuild, record: Record, watch: Watch) -> None:
        self._codebuild, self._record, self._watch = codebuild, record, watch
        self._log: Log = NoLog()

    def through(self, held: ExitStack) -> None:
        """All phases but the last two."""
        build = self._record.build
        self._watch.limit(build["queuedTimeoutInMinutes"] * _MINUTE, _QUEUED_TOO_LONG)
        slot = self._phase("QUEUED", lambda: held.enter_context(self._codebuild.slots.one(self._watch)))
        self._watch.limit(build["timeoutInMinutes"] * _MINUTE, _RAN_TOO_LONG)
        actor, self._log, place = self._phase(
            "PROVISIONING",
            lambda: (*provision(self._codebuild, self._record), held.enter_context(site(self._codebuild, slot))),
        )
        preparation = Preparation(self._codebuild, self._record, self._watch, actor, place, self._log)
        work = self._phase("DOWNLOAD_SOURCE", preparation.workplace)
        held.callback(work.shell.close)
        self._commands(work)
        self._phase("UPLOAD_ARTIFACTS", lambda: leave_results(self._codebuild, self._record, actor, work))

    def _commands(self, work: Workplace) -> None:
        try:
            for name in PHASES:
                try:
                    self._phase(name.upper(), partial(run_phase, name, spec=work.spec, shell=work.shell, log=self._log))
                except _Failed as failed:
                    if failed.status != "FAILED" or _is_the_end(name, work.spec):
                        raise
                    with suppress(Interrupted):  # the next phase says so
                        work.shell.run("export CODEBUILD_BUILD_SUCCEEDING=0")
        finally:
            self._record.note({"exportedEnvironmentVariables": exported(work)})

    def _phase(self, name: str, work: Callable[[], Found]) -> Found:
        """Do the work of a phase, and tell how it ended. Raises _Failed unless it succeeded."""
        self._record.enter(name)
        try:
            self._watch.check()
            result = work()
        except PhaseFailed as error:
            self._leave(name, "FAILED", error.code, error.message)
        except Interrupted as error:
            self._leave(name, error.status, error.code, error.message)
        except ServiceError as error:
            self._leave(name, "FAILED", error.code, error.message)
        except OSError as error:  # such as a disk that is full
            self._leave(name, "FAULT", "INTERNAL_SERVICE_ERROR", f"The machine refused: {error}")
        else:
            self._leave(name, "SUCCEEDED", "", "")
            return result
        raise _Failed(self._record.build["phases"][-1]["phaseStatus"])

    def _leave(self, name: str, status: str, code: str, message: str) -> None:
        self._record.leave(status, code=code, message=message)
        self._log.say(f"Phase complete: {name} State: {status}")
        self._log.say(f"Phase context status code: {code} Message: {message}")

    def broke_off(self, error: Exception) -> None:
        self._record.leave("FAULT", code="INTERNAL_SERVICE_ERROR", message=f"The sandbox failed: {error!r}")

    def finish(self, held: ExitStack) -> None:
        """FINALIZING and COMPLETED: the log is whole, and the slot free, before anybody hears of the end."""
        self._record.enter("FINALIZING")
        try:
            held.close()
        except OSError as error:
            self._leave("FINALIZING", "FAULT", "INTERNAL_SERVICE_ERROR", f"The machine refused: {error}")
        else:
            self._record.leave()
        self._log.flush()
        self._record.complete()


def _is_the_end(name: str, spec: BuildSpec) -> bool:
    decided = spec.phase(name).on_failure
    return decided == "ABORT" or (not decided and name in _LEAD_TO_THE_END)
