"""Which services the sandbox's process runs: ministack's, and our own beside them or in their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sandbox import plugin
from sandbox.alarms import Alarms
from sandbox.backplane import S3Objects, client
from sandbox.clock import Clock
from sandbox.codecommit.references import tell_what_was_missed
from sandbox.codecommit.smart_http import PREFIX, git_over_http
from sandbox.containers.runner import Runner
from sandbox.control import controls
from sandbox.delivery.deliveries import Deliveries
from sandbox.durability import StateKeeper
from sandbox.enforcement import Enforcement, enforcement
from sandbox.frontend import control_plane
from sandbox.managed_key import with_managed_key
from sandbox.own_services import OwnServices, own_services
from sandbox.plugin import targets
from sandbox.reach import InProcess
from sandbox.routes import Route, for_root
from sandbox.sagemaker.runtime import runtime
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Store
from sandbox.supplements import supplements


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """Our own services, and what keeps ministack's."""

    own: OwnServices
    deliveries: Deliveries
    alarms: Alarms
    keeper: StateKeeper
    enforcement: Enforcement
    routes: Mapping[str, Route]

    def recover(self) -> None:
        """Once the port answers; the pushes of which nobody was told last, when there is somebody to tell."""
        self.own.recover()
        self.deliveries.start()
        self.alarms.start()
        tell_what_was_missed(self.own.codecommit)

    def close(self) -> None:
        self.deliveries.close()
        self.alarms.close()
        self.own.close()
        self.enforcement.close()


def assemble(settings: SandboxSettings, runner: Runner) -> Assembly:
    """ministack with our own services added, and everything durable."""
    objects = S3Objects(client("s3", settings, plugin.wire))
    plugin.correct()
    plugin.start_functions_apart(settings.functions)
    iam = enforcement(settings)
    around = _service_context(settings, iam)
    own = own_services(settings, reach=InProcess(objects), runner=runner, around=around)
    _install(own, settings)
    iam.over(own.all)
    deliveries = Deliveries(settings, around)
    deliveries.install()
    clients = cache(lambda service: client(service, settings, plugin.wire))
    alarms = Alarms(
        client=clients, lets_in=targets.TargetPolicies(settings), key_of_topic=plugin.MinistackKeys().of_topic
    )
    alarms.install()
    keeper = plugin.make_durable(settings)
    plugin.refuse_absent_services()
    own_controls = {path: for_root(route) for path, route in {**iam.routes, **controls(deliveries)}.items()}
    routes = {**own_controls, PREFIX: git_over_http(own.codecommit)}
    return Assembly(own=own, deliveries=deliveries, alarms=alarms, keeper=keeper, enforcement=iam, routes=routes)


def _service_context(settings: SandboxSettings, iam: Enforcement) -> ServiceContext:
    return ServiceContext(
        emit=plugin.emit,
        guard=iam.guard,
        take_on=iam.take_on,
        arn_of=iam.identity.arn_of,
        rule_of=iam.identity.rule_of,
        clock=Clock(Store(settings.database("clock"))),
    )


def _install(own: OwnServices, settings: SandboxSettings) -> None:
    """Their operations, and the resource types; of ministack's types, the properties that it leaves out."""
    for service in own.all:
        plugin.add_service(service.name, control_plane(service))
    plugin.add_service("sagemaker-runtime", runtime(own.sagemaker))
    plugin.route_runtime("sagemaker", "sagemaker-runtime", r"/endpoints/")
    types = own.resource_types
    plugin.add_resource_types(types)
    clients = cache(lambda service: client(service, settings, plugin.wire))
    plugin.complete_resource_types(supplements(clients), besides=types.keys())
    plugin.amend_headers("s3", with_managed_key(settings))
