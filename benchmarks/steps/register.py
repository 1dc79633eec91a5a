"""In place of RegisterModel: a record of the model, its digest and its error, appended to a file."""

import hashlib
import json
import sys
import time

model, report, registry = sys.argv[1:]
with open(model, "rb") as file:  # noqa: PTH123 (nothing is imported that need not be)
    digest = hashlib.sha256(file.read()).hexdigest()
with open(report) as file:  # noqa: PTH123
    mse = json.load(file)["regression_metrics"]["mse"]["value"]
with open(registry, "a") as file:  # noqa: PTH123
    file.write(json.dumps({"model": digest, "mse": mse, "status": "PendingManualApproval", "at": time.time()}) + "\n")
