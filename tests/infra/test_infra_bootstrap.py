"""Whether the account has to be bootstrapped first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_found_out_without_loading_the_cdk() -> None:
    """Which starts Node and takes two seconds, before a deployment that loads it anyway."""
    look = "import sys, infra.commands.bootstrap; print(sorted({'aws_cdk', 'jsii'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
