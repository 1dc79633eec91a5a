"""The demo as a person runs it, in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.demo.layout import Layout


@dataclass(frozen=True)
class Run:
    """A demo that has ended."""

    layout: Layout
    stdout: str
    stderr: str
    code: int

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.layout.document.read_text()))


def demo(home: Path, *options: str, repository: Path) -> Run:
    """`repository` is where it is started; `home` is absolute."""
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "--home", home, *options],
        cwd=repository,
        env=os.environ
        | {"PYTHONPATH": str(repository), "AWS_PROFILE": "production", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(Layout(home), ended.stdout, ended.stderr, ended.returncode)
