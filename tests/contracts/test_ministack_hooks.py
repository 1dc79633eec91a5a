"""Each hook of ministack that sandbox/plugin relies on: an upgrade that moves one fails here."""

from __future__ import annotations

import ast
import importlib
import inspect
from importlib.metadata import version

import pytest
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, persistence, router
from ministack.services import cloudformation, cloudwatch, cloudwatch_logs, eventbridge, lambda_svc, s3, scheduler, sqs
from ministack.services.cloudformation import engine as cloudformation_engine
from ministack.services.cloudformation import handlers as cloudformation_operations
from ministack.services.cloudformation import helpers as cloudformation_helpers
from ministack.services.cloudformation import provisioners, stacks

from sandbox.plugin.state import ONLY_COPY, uncopied


def test_ministack_is_the_version_the_plugin_was_written_for() -> None:
    assert version("ministack") == "1.5.33"


FLAGS = {"create", "update", "delete", "import", "snapshot", "update_with_logical_id", "delete_with_logical_id"}


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (app.detect_service, ["method", "path", "headers", "query_params"]),
        (app.call_service_handler_sync, ["handler", "method", "path", "headers", "body", "query_params", "timeout"]),
        (app._load_persisted_state, []),
        (app._build_persistence_save_dict, []),
        (persistence._state_format_version, ["service"]),
        (persistence._json_default, ["obj"]),
        (stacks._runs_on_worker_thread, ["resource_type"]),
        (
            stacks._resolve_stack_outputs,
            ["outputs_defs", "conditions", "resources", "param_values", "mappings", "stack_name", "stack_id"],
        ),
        (cloudformation_operations._ACTION_HANDLERS["CreateChangeSet"], ["params"]),
        (cloudformation_operations._imported_export_names, ["stack", "stack_name"]),
        (cloudformation_engine._parse_template, ["template_body"]),
        (cloudformation_engine._check_parameter_constraints, ["name", "defn", "ptype", "value"]),
        (cloudformation_engine._constraint_error, ["name", "defn", "reason"]),
        (
            cloudformation_engine._resolve_refs,
            ["value", "resources", "params", "conditions", "mappings", "stack_name", "stack_id"],
        ),
        (cloudformation.handle_request, ["method", "path", "headers", "body", "query_params"]),
        (cloudformation_helpers._error, ["code", "message", "status"]),
        (cloudformation_engine.validate_template_support, ["template", "conditions", "params"]),
        (cloudformation_helpers._resolve_document, ["params", "body_key", "url_key", "label"]),
        (provisioners._RESOURCE_HANDLERS["AWS::Events::Rule"]["create"], ["logical_id", "props", "stack_name"]),
        (eventbridge._put_rule, ["data"]),
        (eventbridge._invoke_target, ["target", "event", "rule", "view"]),
        (eventbridge._dispatch_event, ["event", "view"]),
        (eventbridge._dispatch_to_event_bus, ["spec", "event", "rule", "event_path", "target_input_payload"]),
        (eventbridge._pattern_event_view, ["event"]),
        (eventbridge._render_input_template, ["template", "replacements"]),
        (eventbridge._enable_rule, ["data"]),
        (eventbridge._disable_rule, ["data"]),
        (eventbridge.start_scheduler, []),
        (scheduler._create_schedule, ["name", "body"]),
        (scheduler._update_schedule, ["name", "body"]),
        (scheduler.handle_request, ["method", "path", "headers", "body_bytes", "query_params"]),
        (scheduler.start_scheduler, []),
        (s3._next_event_sequencer, ["event_name"]),
        (s3._parse_notification_config, ["bucket_name"]),
        (cloudwatch._evaluate_alarm, ["alarm"]),
        (cloudwatch._dispatch_alarm_actions, ["alarm", "old_state", "new_state", "reason"]),
        (cloudwatch._calc_stats, ["points"]),
        (cloudwatch._stat_value, ["stats", "stat_name", "points"]),
        (cloudwatch._dims_key, ["dims"]),
        (cloudwatch.record_metric, ["namespace", "metric_name", "value", "unit", "dimensions"]),
        (iam_evaluator.pin_request_origin, ["source_ip", "secure_transport"]),
        (sqs._refresh_counts, ["q"]),
        (lambda_svc.invoke_async_with_retry, ["func", "event"]),
        (lambda_svc._get_func_record_for_ref, ["function_ref"]),
        (lambda_svc._execution_record_for_config, ["func", "config"]),
        (lambda_svc._execute_function_with_config_scope, ["func", "event"]),
        (lambda_svc._execute_function_warm, ["func", "event", "request_id"]),
        (lambda_svc._reject_unreadable_zip, ["zip_data"]),
        (cloudwatch_logs._create_log_group, ["data"]),
        (cloudwatch_logs._create_log_stream, ["data"]),
        (provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]["create"], ["logical_id", "props", "stack_name"]),
        (provisioners._zip_inline, ["source", "handler", "runtime"]),
        (lambda_svc._route_async_failure, ["target_arn", "func_name", "event", "result"]),
        (iam_evaluator.evaluate_resource_policy, ["doc", "ctx", "service", "named_only", "direct_only"]),
    ],
)
def test_a_hook_has_the_parameters_the_plugin_gives(function: object, parameters: list[str]) -> None:
    assert callable(function)
    assert list(inspect.signature(function).parameters) == parameters


def test_services_are_a_table_of_coroutine_functions() -> None:
    assert inspect.iscoroutinefunction(app.SERVICE_HANDLERS["s3"])
    assert isinstance(router.SERVICE_PATTERNS["s3"], dict)
    assert "sagemaker" not in app.SERVICE_HANDLERS  # the day it appears, the plugin must yield or replace


def test_resource_types_are_tables_by_name() -> None:
    assert {"create", "delete"} <= provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"].keys()
    assert isinstance(provisioners._REPLACING_PROPERTIES["AWS::EFS::MountTarget"], tuple)
    assert provisioners._CUSTOM_NAME_REPLACEMENT["AWS::Glue::Trigger"]["name"] == "Name"
    assert provisioners._STACK_TAG_PROPERTY["AWS::SNS::Topic"] == ("Tags", "list")
    assert "AWS::S3::Bucket" not in provisioners._STACK_TAG_PROPERTY  # the day it appears, a supplement can go
    ours = ("AWS::SageMaker::", "AWS::CodeCommit::", "AWS::CodePipeline::")
    assert not any(kind.startswith(ours) for kind in provisioners._RESOURCE_HANDLERS)


def test_handlers_take_what_the_watch_hands_on() -> None:
    for kind, handlers in provisioners._RESOURCE_HANDLERS.items():
        assert handlers.keys() <= FLAGS, kind


def test_stacks_are_kept_in_a_scoped_table() -> None:
    assert cloudformation._stacks._data == {}


def test_schedules_and_rules_are_kept_in_tables_that_write_through_three_methods() -> None:
    for table in (scheduler._schedules, eventbridge._rules, eventbridge._targets):
        assert type(table._data) is dict
    written = inspect.getsource(type(scheduler._schedules))
    for way in ("self._data[self._scoped(key)] = value", "del self._data[", "self._data.pop("):
        assert way in written


def test_an_object_is_told_of_with_its_version_beside_the_request() -> None:
    assert list(inspect.signature(s3._fire_s3_event_async).parameters)[:3] == ["bucket_name", "key", "event_name"]
    assert {"version_id", "sequencer"} <= inspect.signature(s3._fire_s3_event).parameters.keys()
    assert "version-id" not in inspect.getsource(s3._fire_s3_event)  # the day it appears, the plugin can yield


def test_the_resource_of_a_call_to_cloudwatch_logs_is_its_group_alone() -> None:
    body = b'{"logGroupName": "g", "logStreamName": "s"}'
    found = iam_actions.extract_resource_arn("logs", "POST", "/", {}, body, {}, "r", "a")
    assert found == "arn:aws:logs:r:a:log-group:g"  # the day it names the stream, the plugin can yield


def test_a_worker_leaves_the_root_logger_alone_and_reads_each_invocations_context_at_one_place() -> None:
    worker = lambda_runtime._PYTHON_WORKER_SCRIPT
    assert worker.count('_ms_ctx = _ms_msg.get("ctx") or {}') == 1
    assert "logging" not in worker  # the day it does not, the plugin can yield
    assert lambda_runtime._detect_runtime_binary("python3.14")[1] is worker


@pytest.mark.parametrize("name", sorted(ONLY_COPY))
def test_a_state_that_is_saved_without_a_copy_is_nothing_but_copies(name: str) -> None:
    """So it may be handed out uncopied: nobody takes anything out of the copy, and nobody needs it for longer."""
    module = importlib.import_module(f"ministack.services.{name}")
    [function] = ast.parse(inspect.getsource(module.get_state)).body
    assert isinstance(function, ast.FunctionDef)
    [returned] = [each for each in function.body if not isinstance(each, ast.Expr)]
    assert isinstance(returned, ast.Return)
    given = returned.value
    values = given.values if isinstance(given, ast.Dict) else [given.value] if isinstance(given, ast.DictComp) else []
    assert values
    assert {ast.unparse(each.func) for each in values if isinstance(each, ast.Call)} == {"copy.deepcopy"}
    assert all(isinstance(each, ast.Call) and len(each.args) == 1 for each in values)
    copied, live = module.get_state(), uncopied(module.get_state)()
    assert live.keys() == copied.keys()
    assert all(type(live[key]) is type(copied[key]) and live[key] is not copied[key] for key in live)
    assert all(live[key] is uncopied(module.get_state)()[key] for key in live)
