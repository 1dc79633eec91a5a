"""Print the pipeline definition as JSON; the code of the steps is uploaded to S3, nothing is created or started."""

from __future__ import annotations

import json
import os
import sys

from pipelines.command import exit_code, load_pipeline
from pipelines.settings import Settings


def main() -> int:
    def action() -> None:
        definition = load_pipeline(Settings.from_environment(os.environ)).definition()
        sys.stdout.write(json.dumps(json.loads(definition), indent=2) + "\n")

    return exit_code(action)


if __name__ == "__main__":
    sys.exit(main())
