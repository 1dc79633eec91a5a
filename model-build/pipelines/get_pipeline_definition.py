"""`python -m pipelines.get_pipeline_definition [--without-aws]`: prints the pipeline definition as JSON, and starts nothing.

The code of the steps is uploaded to S3, so that the definition can be used. With --without-aws it is not, and what the
environment lacks is a placeholder: a look at steps and parameters takes neither credentials nor a network.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from pipelines.command import exit_code, load_pipeline
from pipelines.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.get_pipeline_definition", description="Print it as JSON."
    )
    parser.add_argument("--without-aws", action="store_true", help="with placeholders, and without uploading code")
    without_aws = parser.parse_args(argv).without_aws

    def action() -> None:
        settings = (Settings.of_placeholders if without_aws else Settings.from_environment)(os.environ)
        definition = load_pipeline(settings, upload=not without_aws).definition()
        sys.stdout.write(json.dumps(json.loads(definition), indent=2) + "\n")

    return exit_code(action)


if __name__ == "__main__":
    sys.exit(main())
