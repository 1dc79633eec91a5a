"""A build's phases as BatchGetBuilds tells them (API_BuildPhase), each change in the store before its event is sent."""

from __future__ import annotations

from sandbox.codebuild.build_events import phase_change, state_change
from sandbox.codebuild.service import CodeBuild
from sandbox.store import Document

KIND = "build"


class Record:
    """Of one build; written by the build's own thread alone."""

    def __init__(self, codebuild: CodeBuild, build: Document) -> None:
        self._codebuild, self.build = codebuild, build
        self._status = "SUCCEEDED"

    @property
    def succeeding(self) -> bool:
        return self._status == "SUCCEEDED"

    def note(self, changes: Document) -> None:
        """Other members of the build."""
        self.build = self._codebuild.store.update(KIND, self.build["id"], changes)

    def enter(self, phase: str) -> None:
        begun = {"phaseType": phase, "phaseStatus": "IN_PROGRESS", "startTime": self._codebuild.now()}
        self.note({"currentPhase": phase, "phases": [*self.build["phases"], begun]})

    def leave(self, status: str = "SUCCEEDED", *, code: str = "", message: str = "") -> None:
        """The first failure of a phase decides the build's own status."""
        *before, phase = self.build["phases"]
        now = self._codebuild.now()
        phase |= {
            "phaseStatus": status,
            "endTime": now,
            "durationInSeconds": max(0, int(now - phase["startTime"])),
            "contexts": [{"statusCode": code, "message": message}] if code or message else [],
        }
        if self.succeeding:
            self._status = status
        self.note({"phases": [*before, phase]})
        self._codebuild.around.emit(phase_change(self.build, phase))

    def complete(self) -> None:
        now = self._codebuild.now()
        completed = {"phaseType": "COMPLETED", "startTime": now}
        self.note(
            {
                "currentPhase": "COMPLETED",
                "phases": [*self.build["phases"], completed],
                "buildStatus": self._status,
                "buildComplete": True,
                "endTime": now,
            }
        )
        self._codebuild.around.emit(phase_change(self.build, completed))
        self._codebuild.around.emit(state_change(self.build))
