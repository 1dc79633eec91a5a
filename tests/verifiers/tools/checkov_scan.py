"""Run by checkov's own interpreter: scan a folder of templates, offline, and print the failed checks as JSON."""

# ruff: noqa: T201 - a script of another environment, whose answer is its output

from __future__ import annotations

import json
import sys
from pathlib import Path

from checkov.cloudformation.runner import Runner
from checkov.runner_filter import RunnerFilter

folder = Path(sys.argv[1])
failed = []
# One report a template, since a report's records name neither stack nor file reliably when many files are read at once.
for path in sorted(folder.glob("*.json")):
    report = Runner().run(root_folder=None, files=[str(path)], runner_filter=RunnerFilter(framework=["cloudformation"]))
    if report.parsing_errors:
        sys.exit(f"checkov cannot read {path.name}: {report.parsing_errors}")
    failed += [(path.stem, r.check_id, r.resource.rpartition(".")[2], r.check_name) for r in report.failed_checks]
print(json.dumps({"failed": failed}))
