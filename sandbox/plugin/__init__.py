"""The only package that touches ministack's internals.

    bounded_bodies  requests that nest without bound, refused
    bounded_templates  templates that expand without bound or cannot be read, refused
    alarms          CloudWatch's alarms: judged when their metric changes, their actions handed on to `sandbox.alarms`
    change_sets     CloudFormation's, of changed outputs alone
    decisions       the evaluator of policies: every decision recorded, every denial in AWS's words
    encryption      which KMS keys things are encrypted with
    conditions      CloudFormation's conditions, completed
    events          EventBridge, for the events of AWS's own services
    exports         of stacks: none goes or changes that another stack imports
    execution_roles Lambda functions act as their roles
    function_files  archives of functions are unpacked with their modes
    log_names       of groups and streams, as CloudWatch Logs takes them
    log_streams     FilterLogEvents by the beginning of the streams' names
    function_logs   what Python functions log, in their log groups
    function_processes  a function's environment: its own and Lambda's, not the sandbox's
    identity        IAM and STS: sessions of roles, decisions over calls
    invocations     Lambda's asynchronous invocations, handed on to `sandbox.delivery`
    named_principals roles and users that the policies of buckets and keys name
    object_events   S3's events, in AWS's shape and in time
    object_files    S3's objects on disk
    policies        of IAM's roles: parsed once, each statement named
    prechecks       permissions that ministack's services do not ask for
    principal_arn   of a role's session, in conditions
    resources       ARNs and condition keys, where ministack's are not AWS's
    scalars         of templates: booleans, numbers and null as CloudFormation reads them
    schedules       schedules and scheduled rules: what there is, and a word when it changes
    signatures      each request's is checked, the root's too
    services        who answers a request; the wire inside the process
    resource_types  CloudFormation's resource types: our own added, ministack's completed
    state           what ministack's services remember, on disk after each change
    template_addresses  of templates in S3, in each form that S3 gives them
    targets         EventBridge's targets: what each would be sent, handed on to `sandbox.delivery`
    trusted         roles and users that trust policies name: they are there, and stay the same ones
    write_conditions    the keys of conditional writes, for policies that ask for them

ministack is pinned to the letter; tests/contracts/test_ministack_hooks.py names each hook relied on here: an upgrade that moves
one fails there and not in a user's deployment. Nothing of ministack may be imported before `configure`: it reads its
environment while it is imported.
"""

from sandbox.plugin.bounded_bodies import refuse_unbounded_bodies
from sandbox.plugin.bounded_templates import refuse_unbounded_templates
from sandbox.plugin.change_sets import make_change_sets_as_cloudformation_does
from sandbox.plugin.conditions import join_in_conditions
from sandbox.plugin.decisions import know_tags, oversee_decisions
from sandbox.plugin.encryption import MinistackKeys
from sandbox.plugin.events import emit
from sandbox.plugin.execution_roles import mind_execution_roles
from sandbox.plugin.exports import guard_exports
from sandbox.plugin.function_files import mind_file_modes
from sandbox.plugin.function_logs import log_as_lambda_does
from sandbox.plugin.function_processes import start_functions_apart
from sandbox.plugin.identity import MinistackIdentity, enforced_wire
from sandbox.plugin.log_names import check_log_names
from sandbox.plugin.log_streams import filter_by_stream_prefix
from sandbox.plugin.named_principals import check_named
from sandbox.plugin.object_files import tell_failed_writes
from sandbox.plugin.policies import granted
from sandbox.plugin.prechecks import act_for_stacks, ask_before
from sandbox.plugin.principal_arn import name_roles_behind_sessions
from sandbox.plugin.resource_types import add_resource_types, complete_resource_types, name_absent_types
from sandbox.plugin.resources import correct_resources
from sandbox.plugin.scalars import read_scalars_as_cloudformation
from sandbox.plugin.services import (
    Answer,
    add_service,
    amend_headers,
    application,
    configure,
    refuse_absent_services,
    route_runtime,
    trust_loopback,
    wire,
)
from sandbox.plugin.signatures import check_every_signature, root_signed
from sandbox.plugin.state import make_durable
from sandbox.plugin.template_addresses import read_s3_addresses
from sandbox.plugin.trusted import check_trusted
from sandbox.plugin.write_conditions import know_write_conditions

__all__ = [
    "Answer",
    "MinistackIdentity",
    "MinistackKeys",
    "act_for_stacks",
    "add_resource_types",
    "add_service",
    "amend_headers",
    "application",
    "ask_before",
    "complete_resource_types",
    "configure",
    "correct",
    "correct_resources",
    "emit",
    "enforced_wire",
    "granted",
    "know_tags",
    "make_durable",
    "mind_execution_roles",
    "oversee_decisions",
    "refuse_absent_services",
    "root_signed",
    "route_runtime",
    "start_functions_apart",
    "wire",
]


def correct() -> None:
    """Whatever of ministack is mended by itself, without anything of ours."""
    check_every_signature()
    refuse_unbounded_bodies()
    refuse_unbounded_templates()
    trust_loopback()
    join_in_conditions()
    guard_exports()
    check_trusted()
    check_named()
    name_roles_behind_sessions()
    make_change_sets_as_cloudformation_does()
    tell_failed_writes()
    know_write_conditions()
    log_as_lambda_does()
    filter_by_stream_prefix()
    check_log_names()
    mind_file_modes()
    read_scalars_as_cloudformation()
    read_s3_addresses()
    name_absent_types()
