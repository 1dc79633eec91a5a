"""Statements that are used, and without which the loop goes on all the same, each with the reason to grant it nevertheless."""

from __future__ import annotations

from collections.abc import Mapping

DOES_WITHOUT: Mapping[str, str] = {}
