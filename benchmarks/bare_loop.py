"""The bare contender of `benchmarks.push_to_production`: the commands that the builds and jobs of a loop run, one after another.

Everything is installed already and nothing stands between them. The promoter and the smoke test ask the registry, the bucket and
the endpoints that the loop has just left, since they have nothing to do without.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare
from benchmarks.developer import Developer
from benchmarks.loop import url_of
from benchmarks.piped import hyper_parameters
from sandbox.demo.children import clean_environment
from sandbox.demo.moments.prediction import live_version
from sandbox.demo.scene import Scene
from sandbox.environment import variables

_COMPILE = "pipelines.get_pipeline_definition"


@dataclass(frozen=True)
class BareLoop:
    """Two clones, as the builds get them, and a folder for the step scripts."""

    scene: Scene
    build: Path
    deploy: Path
    work: Path

    def lap(self) -> dict[str, float]:
        """Seconds of each part."""
        self._git_pull()
        return {name: _timed(run) for name, run in self._parts().items()}

    def _parts(self) -> Mapping[str, Callable[[], None]]:
        names, stages = self.scene.project.names, self.scene.project.settings.stages
        of_build, of_deploy = self._of_project(names.model_build), self._of_project(names.model_deploy)
        version = live_version(self.scene.clients.sagemaker, self.scene.project.prod_endpoint) or ""
        configs = [word for stage in stages for word in ("--config", f"{stage.name}-config.json")]
        promoter = ["promoter", *configs, "--output-dir", str(self.work), "--model-package-arn", version]
        smoke = [
            [
                "promoter.smoke_test",
                "--endpoint-name",
                names.endpoint(stage.name),
                "--report",
                str(self.work / "report"),
            ]
            for stage in stages
        ]
        return {
            "model-build: `pytest tests`": self._python(self.build, of_build, ["pytest", "-q", "tests"]),
            f"model-build: `python -m {_COMPILE}`": self._python(self.build, of_build, [_COMPILE]),
            "the step scripts: preprocess, train, pack, evaluate, gate, register": self._steps(),
            "model-deploy: `pytest tests`": self._python(self.deploy, of_deploy, ["pytest", "-q", "tests"]),
            "`python -m promoter`, twice": self._python(self.deploy, of_deploy, promoter, [*promoter, "--dry-run"]),
            "`python -m promoter.smoke_test`, for each stage": self._python(self.deploy, of_deploy, *smoke),
        }

    def _python(self, folder: Path, environment: Mapping[str, str], *modules: list[str]) -> Callable[[], None]:
        def run() -> None:
            for module in modules:
                command = [sys.executable, "-m", *module]
                subprocess.run(command, cwd=folder, env=dict(environment), check=True, stdout=subprocess.DEVNULL)

        return run

    def _steps(self) -> Callable[[], None]:
        pipeline = self.scene.project.names.sagemaker_pipeline
        found = self.scene.clients.sagemaker.describe_pipeline(PipelineName=pipeline)["PipelineDefinition"]
        return bare.abalone(self.work, hyper_parameters(json.loads(found)))

    def _of_project(self, name: str) -> dict[str, str]:
        """The variables that the stacks gave the build project, and the commit that CodeBuild adds."""
        [project] = self.scene.clients.codebuild.batch_get_projects(names=[name])["projects"]
        given = {each["name"]: each["value"] for each in project["environment"]["environmentVariables"]}
        commit = {"CODEBUILD_RESOLVED_SOURCE_VERSION": "unversioned"}
        return clean_environment() | variables(self.scene.settings) | given | commit

    def _git_pull(self) -> None:
        for folder in (self.build, self.deploy):
            subprocess.run(["git", "pull", "--quiet"], cwd=folder, env=clean_environment(), check=True)


def cloned(scene: Scene, folder: Path) -> BareLoop:
    folder.mkdir()
    names, branch = scene.project.names, scene.project.settings.branch
    places = {name: folder / name for name in (names.model_build, names.model_deploy)}
    for name, place in places.items():
        Developer(url_of(scene, name), branch, place).clone()
    return BareLoop(scene, places[names.model_build], places[names.model_deploy], folder / "work")


def _timed(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
