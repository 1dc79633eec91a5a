"""Tags: a request that sets them on what it makes needs AddTags on it
(developer guide, "Provide permissions for tagging SageMaker AI resources").
"""

from __future__ import annotations

from sandbox.iam.asks import ANY, Asks, on

TAGS = "AddTags"
TAGGING = {f"{verb}Tags": Asks(on=on(ANY, "ResourceArn")) for verb in ("Add", "Delete", "List")}
