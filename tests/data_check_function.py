"""The data check as a function of a running sandbox, for tests that publish the pipeline without the stacks of infra."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from infra.function import FUNCTIONS


def make_data_check(lambda_: Any, *, bucket: str, group: str, role: str) -> str:
    """Its ARN. Data lies under data/ of the bucket, batches under batch/."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(FUNCTIONS.rglob("*.py")):
            entry = zipfile.ZipInfo(f"functions/{path.relative_to(FUNCTIONS).as_posix()}")
            entry.external_attr = 0o100644 << 16  # Lambda runs as another user than the files' owner
            archive.writestr(entry, path.read_bytes())
    made = lambda_.create_function(
        FunctionName=f"{group}-data-check",
        Role=role,
        Runtime="python3.14",
        Handler="functions.data_check.handler.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=60,
        Environment={
            "Variables": {
                "DATA_PREFIX_URI": f"s3://{bucket}/data/",
                "BATCH_PREFIX_URI": f"s3://{bucket}/batch/",
                "MODEL_PACKAGE_GROUP_NAME": group,
            }
        },
    )
    return str(made["FunctionArn"])
