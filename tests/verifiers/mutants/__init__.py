"""Seeded faults, by what they are in: each is a change of the correct assembly that one named check must notice."""

from __future__ import annotations

from types import ModuleType

from tests.verifiers.mutants import (
    in_builds,
    in_events,
    in_files,
    in_functions,
    in_pipelines,
    in_roles,
    in_schedules,
    in_storage,
    in_trust,
)
from tests.verifiers.mutants.mutant import Mutant

AREAS: tuple[ModuleType, ...] = (
    in_events,
    in_schedules,
    in_roles,
    in_trust,
    in_storage,
    in_builds,
    in_pipelines,
    in_functions,
    in_files,
)
MUTANTS: tuple[Mutant, ...] = tuple(mutant for area in AREAS for mutant in area.MUTANTS)
