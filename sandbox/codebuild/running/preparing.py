"""DOWNLOAD_SOURCE: sources, build specification, runtimes, variables; what follows finds its workplace ready."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace

from sandbox.acting import Actor
from sandbox.codebuild.buildspec.expansion import expanded
from sandbox.codebuild.buildspec.nodes import BuildSpecError
from sandbox.codebuild.buildspec.reading import read
from sandbox.codebuild.buildspec.spec import BuildSpec
from sandbox.codebuild.running import runtimes
from sandbox.codebuild.running.cache import restore
from sandbox.codebuild.running.commands import announce
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.log import Log
from sandbox.codebuild.running.record import Record
from sandbox.codebuild.running.shell import Shell
from sandbox.codebuild.running.site import Site
from sandbox.codebuild.running.source import Sources
from sandbox.codebuild.running.variables import Variables
from sandbox.codebuild.running.watch import Watch
from sandbox.codebuild.service import CodeBuild


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Where the commands run."""

    spec: BuildSpec
    shell: Shell
    site: Site
    log: Log


@dataclass(frozen=True)
class Preparation:
    """Of one build."""

    codebuild: CodeBuild
    record: Record
    watch: Watch
    actor: Actor
    site: Site
    log: Log

    def workplace(self) -> Workplace:
        """Raises PhaseFailed; what is wrong with the build specification is YAML_FILE_ERROR."""
        self.log.say("Phase is DOWNLOAD_SOURCE")
        self.log.say(f"CODEBUILD_SRC_DIR={self.site.source}")
        sources = Sources(codebuild=self.codebuild, build=self.record.build, actor=self.actor, site=self.site)
        version = sources.fetch()
        if version:
            self.record.note({"resolvedSourceVersion": version})
        self.watch.check()
        where, text = sources.buildspec()
        self.log.say(f"YAML location is {where}")
        try:
            spec = read(text)
        except BuildSpecError as error:
            raise PhaseFailed("YAML_FILE_ERROR", str(error)) from error
        runtimes.check(spec.runtime_versions)
        self.log.say("Processing environment variables")
        given = Variables(
            settings=self.codebuild.settings, build=self.record.build, actor=self.actor, site=self.site
        ).all(spec.env)
        spec = replace(spec, cache_paths=tuple(expanded(path, given) for path in spec.cache_paths))
        if spec.env.git_credential_helper:
            self._help_git(given)
        restore(self.codebuild, self.record.build, self.actor, self.site, spec)
        self.log.say(f"Moving to directory {self.site.source}")
        announce(spec, self.log)
        work = self.site.root / "shell"
        shell = Shell(spec.env.shell, runner=self.codebuild.runner, watch=self.watch, work=work, log=self.log.line)
        shell.open(folder=self.site.source, environment=given)
        return Workplace(spec=spec, shell=shell, site=self.site, log=self.log)

    def _help_git(self, environment: dict[str, str]) -> None:
        """env/git-credential-helper: Git signs in to CodeCommit with the role's credentials."""
        for name, value in (
            ("credential.helper", "!aws codecommit credential-helper $@"),
            ("credential.UseHttpPath", "true"),
        ):
            command = ["git", "config", "--global", name, value]
            subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603 (the user's git)
