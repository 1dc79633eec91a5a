"""exported-variables: what the build's environment holds in the end, of the names that the build specification lists."""

from __future__ import annotations

import json
import shlex
import sys

from sandbox.codebuild.running.preparing import Workplace
from sandbox.codebuild.running.watch import Interrupted
from sandbox.store import Document

# A process of its own: it sees what a later action could, variables that were exported, and no others.
_REPORT = "import json, os, sys; json.dump({n: os.environ[n] for n in sys.argv[2:] if n in os.environ}, open(sys.argv[1], 'w'))"


def exported(work: Workplace) -> list[Document]:
    """API_ExportedEnvironmentVariable; nothing of a build that was interrupted."""
    names = work.spec.env.exported
    if not names:
        return []
    target = work.site.root / "exported.json"
    command = shlex.join([sys.executable, "-I", "-S", "-c", _REPORT, str(target), *names])
    try:
        work.shell.run(command)
    except Interrupted:
        return []
    found = json.loads(target.read_text()) if target.is_file() else {}
    return [{"name": name, "value": str(found[name])} for name in names if name in found]
