"""Who may do what, and who may not: the sentences that iamprover proves over the roles of every configuration."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.promises.decisions import of_starts, of_the_registry
from tests.verifiers.promises.ground import of_change, of_storage
from tests.verifiers.promises.stages import of_stages
from tests.verifiers.tools.proofs import Promise


def promises(assembly: Assembly) -> list[Promise]:
    return [
        *of_the_registry(assembly),
        *of_starts(assembly),
        *of_stages(assembly),
        *of_storage(assembly),
        *of_change(),
    ]
