"""What a build's commands find in their environment (user guide, "Environment variables in build environments").

The order is AWS's: the project's own (with StartBuild's) go before those of the build specification; CODEBUILD_ is reserved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from sandbox.acting import Actor
from sandbox.codebuild.buildspec.spec import Env
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.secrets import secret
from sandbox.codebuild.running.site import Site
from sandbox.environment import variables as of_the_sandbox
from sandbox.settings import SandboxSettings
from sandbox.store import Document

_OF_THE_USERS_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")  # HOME is the build's own
_A_CALL = 10  # names that GetParameters takes


@dataclass(frozen=True, kw_only=True)
class Variables:
    """Of one build."""

    settings: SandboxSettings
    build: Document
    actor: Actor
    site: Site

    def all(self, env: Env) -> dict[str, str]:
        """Reads parameters and secrets in the name of the role. Raises PhaseFailed."""
        return {
            **self.site.variables(),
            **self._of_aws(),
            **env.variables,
            **self._parameters(env.parameter_store),
            **{name: self._secret(reference) for name, reference in env.secrets_manager.items()},
            **self._of_the_project(),
            **self._of_codebuild(),
        }

    def _of_aws(self) -> dict[str, str]:
        """The role's credentials, and this sandbox as the only AWS."""
        given = {
            name: value for name, value in of_the_sandbox(self.settings).items() if name not in _OF_THE_USERS_FILES
        }
        return given | self.actor.credentials.environment

    def _of_the_project(self) -> dict[str, str]:
        given = self.build["environment"].get("environmentVariables", [])
        by_type: dict[str, dict[str, str]] = {"PLAINTEXT": {}, "PARAMETER_STORE": {}, "SECRETS_MANAGER": {}}
        for each in given:
            by_type[each.get("type", "PLAINTEXT")][each["name"]] = each["value"]
        secrets = {name: self._secret(reference) for name, reference in by_type["SECRETS_MANAGER"].items()}
        return {**by_type["PLAINTEXT"], **self._parameters(by_type["PARAMETER_STORE"]), **secrets}

    def _parameters(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """ssm:GetParameters (user guide, "env/parameter-store")."""
        found: dict[str, str] = {}
        names = sorted(set(wanted.values()))
        for start in range(0, len(names), _A_CALL):
            try:
                answer: Any = self.actor.client("ssm").get_parameters(
                    Names=names[start : start + _A_CALL], WithDecryption=True
                )
            except ClientError as error:
                raise PhaseFailed("Decrypted Variables Error", str(error)) from error
            found |= {each["Name"]: each["Value"] for each in answer["Parameters"]}
            found |= {each["ARN"]: each["Value"] for each in answer["Parameters"] if "ARN" in each}
        for name in names:
            if name not in found:
                raise PhaseFailed("Decrypted Variables Error", f"parameter does not exist: {name}")
        return {variable: found[name] for variable, name in wanted.items()}

    def _secret(self, reference: str) -> str:
        return secret(self.actor.client("secretsmanager"), reference)

    def _of_codebuild(self) -> dict[str, str]:
        build = self.build
        given = {
            "CI": "true",
            "CODEBUILD_CI": "true",
            "CODEBUILD_BUILD_ARN": build["arn"],
            "CODEBUILD_BUILD_ID": build["id"],
            "CODEBUILD_BUILD_IMAGE": build["environment"]["image"],
            "CODEBUILD_BUILD_NUMBER": str(build["buildNumber"]),
            "CODEBUILD_BUILD_SUCCEEDING": "1",
            "CODEBUILD_INITIATOR": build["initiator"],
            "CODEBUILD_KMS_KEY_ID": build["encryptionKey"],
            "CODEBUILD_LOG_PATH": build["logs"].get("streamName", ""),
            "CODEBUILD_SRC_DIR": str(self.site.source),
            "CODEBUILD_START_TIME": str(int(build["startTime"] * 1000)),
            "CODEBUILD_SOURCE_VERSION": build.get("sourceVersion", ""),
            "CODEBUILD_RESOLVED_SOURCE_VERSION": build.get("resolvedSourceVersion", ""),
            "CODEBUILD_SOURCE_REPO_URL": build["source"].get("location", ""),
        }
        pipeline = build.get("_pipeline") or {"sources": {}, "primary": ""}
        secondary = [name for name in pipeline["sources"] if name != pipeline["primary"]]
        secondary += [source["sourceIdentifier"] for source in build.get("secondarySources") or []]
        given |= {f"CODEBUILD_SRC_DIR_{name}": str(self.site.source_of(name)) for name in secondary}
        return given
