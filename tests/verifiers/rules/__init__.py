"""Our own rules, for what the known verifiers do not see; each is a function from an assembly to its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.rules import (
    agreements,
    alarms,
    archives,
    builds,
    configs,
    doors,
    encryption,
    enums,
    events,
    identities,
    overwriting,
    pipelines,
    retention,
    schedules,
    targets,
)

Rule = Callable[[Assembly], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    agreements.custom_resources,
    agreements.data_folders,
    agreements.data_locations,
    agreements.function_variables,
    agreements.functions,
    agreements.trained_pipeline,
    agreements.variable_values,
    alarms.heard,
    alarms.watched,
    archives.readable,
    builds.environments,
    builds.privileges,
    builds.specifications,
    configs.endpoint_template,
    configs.stage_configs,
    doors.before_production,
    doors.exported,
    encryption.buckets,
    encryption.data_events,
    encryption.keys,
    encryption.plain_http,
    encryption.senders,
    encryption.unencrypted,
    enums.api_shapes,
    events.deliveries,
    events.shape,
    events.unsampled,
    identities.approval,
    identities.passing,
    identities.public_policies,
    identities.registration,
    identities.sids,
    identities.stars,
    identities.trust,
    identities.unstated,
    identities.by_id,
    overwriting.written_once,
    pipelines.deployment,
    pipelines.structure,
    retention.artifact_folders,
    retention.create_only,
    retention.lifecycles,
    retention.outliving,
    retention.queue_names,
    schedules.expressions,
    schedules.reliability,
    targets.dead_letters,
    targets.permitted,
)


def own_rules(assembly: Assembly) -> list[Finding]:
    return [finding for rule in RULES for finding in rule(assembly)]
