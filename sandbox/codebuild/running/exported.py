"""exported-variables: what the build's environment holds in the end, of the names that the build specification lists."""

from __future__ import annotations

import json
import shlex
import sys

from sandbox.codebuild.running.preparing import Workplace
from sandbox.codebuild.running.watch import Interrupted
from sandbox.store import Document

# A process of its own: it sees what a later action could, variables that were exported, and no others.
_REPORT = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"


def environment(work: Workplace) -> dict[str, str]:
    """What the build's commands left in it. Raises Interrupted."""
    target = work.site.root / "environment.json"
    work.shell.run(shlex.join([sys.executable, "-I", "-S", "-c", _REPORT, str(target)]))
    return dict(json.loads(target.read_text())) if target.is_file() else {}


def exported(work: Workplace) -> list[Document]:
    """API_ExportedEnvironmentVariable; nothing of a build that was interrupted."""
    names = work.spec.env.exported
    if not names:
        return []
    try:
        found = environment(work)
    except Interrupted:
        return []
    return [{"name": name, "value": found[name]} for name in names if name in found]
