"""Seeded faults, by what they are in: each is a change of the correct assembly that one named check must notice."""

from __future__ import annotations

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

MUTANTS: tuple[Mutant, ...] = (
    *in_events.MUTANTS,
    *in_schedules.MUTANTS,
    *in_roles.MUTANTS,
    *in_trust.MUTANTS,
    *in_storage.MUTANTS,
    *in_builds.MUTANTS,
    *in_pipelines.MUTANTS,
    *in_functions.MUTANTS,
    *in_files.MUTANTS,
)
