"""What the tests of `python -m promoter` share: the environment of a build, and a run over the example configurations."""

import json
from pathlib import Path

from promoter.__main__ import main
from promoter_fakes.packages import BUCKET, FUNCTION, GROUP

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
ENVIRONMENT = {
    "SAGEMAKER_PROJECT_NAME": "demo",
    "SOURCE_MODEL_PACKAGE_GROUP_NAME": GROUP,
    "MODEL_EXECUTION_ROLE_ARN": "arn:aws:iam::111122223333:role/model",
    "ARTIFACT_BUCKET": BUCKET,
    "DECISIONS_FUNCTION_NAME": FUNCTION,
    "KMS_KEY_ARN": "arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
}


def promote(output: Path, *more: str, config: str = "valid/smallest.json") -> int:
    return main(["--config", str(DATA / config), "--output-dir", str(output), *more])


def rendered(output: Path) -> dict[str, str]:
    parameters: dict[str, str] = json.loads((output / "a-config-export.json").read_bytes())["Parameters"]
    return parameters
