"""In place of the condition step: exit 1 unless the report's mse is at most the threshold."""

import json
import sys

with open(sys.argv[1]) as report:  # noqa: PTH123 (nothing is imported that need not be)
    sys.exit(json.load(report)["regression_metrics"]["mse"]["value"] > float(sys.argv[2]))
