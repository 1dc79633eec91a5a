"""Z3 within a bounded number of steps, and no answer is never taken for a proof.

iamprover takes a question that Z3 leaves open for a proof. Here Z3 has a number of steps for each (not of seconds, so that a
busy machine answers as an idle one), and what it leaves open counts as broken. `It cannot be` takes it a fraction of the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import z3

_ASK = z3.Solver.check


class UndecidedError(Exception):
    """Z3 has not decided within its steps."""


def _answer(solver: z3.Solver, *assumptions: Any) -> z3.CheckSatResult:
    answer = _ASK(solver, *assumptions)
    if answer == z3.unknown:
        raise UndecidedError
    return answer


def _answer_or_yes(solver: z3.Solver, *assumptions: Any) -> z3.CheckSatResult:
    """While the ways from role to role are drawn: one that is not ruled out is a way."""
    answer = _ASK(solver, *assumptions)
    return z3.sat if answer == z3.unknown else answer


@contextmanager
def open_questions_are_ways() -> Iterator[None]:
    z3.Solver.check = _answer_or_yes
    try:
        yield
    finally:
        z3.Solver.check = _answer


z3.Solver.check = _answer
z3.set_param("rlimit", 1_000_000)
