"""Where a sandbox lives and what it calls itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox import work_folder
from sandbox.root_key import AccessKey, root_key

DEFAULT_HOME = Path(".sandbox/default")
DEFAULT_PORT = 4566
DEFAULT_REGION = "us-east-1"
ACCOUNT = "000000000000"
HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """One sandbox: its state folder and its address. Two sandboxes differ in both."""

    home: Path
    port: int
    region: str = DEFAULT_REGION
    account: str = ACCOUNT

    @property
    def endpoint_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def root_key(self) -> AccessKey:
        """Who signs with it is the account's root, and may do everything."""
        return root_key(self.home)

    def database(self, service: str) -> Path:
        """What one of the sandbox's own services remembers."""
        return self.home / f"{service}.sqlite"

    @property
    def work(self) -> Path:
        """Where processes run; nothing of it is state."""
        return work_folder.of(self.home)

    @property
    def jobs(self) -> Path:
        """The folders that stand for the containers' file systems."""
        return self.work / "jobs"

    @property
    def endpoints(self) -> Path:
        """The same for model servers."""
        return self.work / "endpoints"

    @property
    def functions(self) -> Path:
        """Where functions' code is unpacked."""
        return self.work / "functions"

    @property
    def objects(self) -> Path:
        """What the buckets hold."""
        return self.home / "s3"

    @property
    def state(self) -> Path:
        """What ministack's services remember, one file a service."""
        return self.home / "services"

    @property
    def sdk_defaults(self) -> Path:
        """The SageMaker SDK's defaults file, for shells."""
        return self.home / "sagemaker-sdk.yaml"

    @property
    def log(self) -> Path:
        return self.home / "sandbox.log"
