"""The settings that a user edits in cdk.json, and every name that follows from them.

| module | what |
| --- | --- |
| `form` | every key of cdk.json's context, what its value must be, and what must hold between two |
| `names` | every physical name of the project, and the folders of its artifact bucket |
| `rules` | what a single value may be, and the sentence for one that is not |
| `values` | the settings, read once into one frozen object |
"""

from __future__ import annotations

from infra.settings.values import (
    ApprovalSettings,
    DataSettings,
    GitHostSettings,
    RetrainingSettings,
    Settings,
    SettingsError,
    Stage,
    VpcSettings,
    read_context,
)

__all__ = [
    "ApprovalSettings",
    "DataSettings",
    "GitHostSettings",
    "RetrainingSettings",
    "Settings",
    "SettingsError",
    "Stage",
    "VpcSettings",
    "read_context",
]
