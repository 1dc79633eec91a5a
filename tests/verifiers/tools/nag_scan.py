"""Run in a process of its own: cdk-nag's packs over a folder of finished templates; prints the violations as JSON.

The templates are included as they are (CfnInclude), so the verdict is on what is deployed, whatever made it, and the synth
of the app is not slowed. The packs stop a synth that has violations: the report they write is the answer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
from aws_cdk.cloudformation_include import CfnInclude

PACKS = (cdk_nag.AwsSolutionsChecks, cdk_nag.NIST80053R5Checks, cdk_nag.ServerlessChecks)


def violations(folder: Path) -> list[tuple[str, str, str, str]]:
    app = cdk.App(outdir=str(folder / "out"))
    labels = {}
    for index, path in enumerate(sorted(folder.glob("*.json"))):
        labels[f"T{index}"] = path.stem
        # The included template has the bootstrap's parameter already.
        plain = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        CfnInclude(cdk.Stack(app, f"T{index}", synthesizer=plain), "Template", template_file=str(path))
    cdk.Validations.of(app).add_plugins(*(pack(app) for pack in PACKS))
    written = folder / "out" / "validation-report.json"
    try:
        app.synth()
    except RuntimeError:
        if not written.exists():
            raise
    report = json.loads(written.read_text(encoding="utf-8"))
    return [
        (labels[stack], f"{plugin['pluginName']}::{violation['ruleName']}", logical_id, violation["description"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
        for stack, _, logical_id in [construct["constructPath"].split("/")[:3]]
    ]


if __name__ == "__main__":
    json.dump({"failed": violations(Path(sys.argv[1]))}, sys.stdout)
