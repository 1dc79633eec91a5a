"""Each hook of ministack's IAM that sandbox/plugin relies on: an upgrade that moves one fails here."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import cloudwatch_logs, iam, kms, lambda_svc, s3, sns, sqs, sts, tagging
from ministack.services.cloudformation import provisioners


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (iam_evaluator.enforce, "access_key_id iam_action service region resource_arn service_context"),
        (iam_evaluator.evaluate, "ctx policies limits"),
        (iam_evaluator.evaluate_trust_policy, "trust_doc caller_arn ctx"),
        (iam_evaluator._first_match, "ctx stmts effect"),
        (iam_evaluator._gather_role_policies, "role_name account_id"),
        (iam_evaluator._resolve_condition_key, "key ctx"),
        (iam_evaluator._resolve_managed_policy_document, "policy_arn account_id"),
        (iam_evaluator._role_name_from_assumed_arn, "assumed_arn"),
        (iam_evaluator.is_root_access_key, "access_key_id"),
        (iam_evaluator.parse_policy_document, "doc"),
        (iam_evaluator.pin_request_origin, "source_ip secure_transport"),
        (iam_evaluator.resolve_caller_identity, "access_key_id"),
        (iam_actions.extract_resource_arn, "service method path headers body query_params region account_id"),
        (iam_actions.s3_service_context, "iam_action query_params path headers"),
        (iam_actions.request_tag_context, "service iam_action body params"),
        (iam_actions.logs_service_context, "action body resource_arn region account_id"),
        (sts.register_session, "access_key session"),
        (tagging.resource_tags, "arn"),
        (kms._resolve_key, "key_id_or_arn"),
        (s3._bucket_default_sse_headers, "bucket_name"),
        (s3._stored_sse_headers, "obj"),
        (s3._error, "code message status resource extra headers"),
        (sns._topic_by_arn_any_scope, "topic_arn"),
        (lambda_runtime.execution_credentials, "config"),
        (lambda_svc._execute_function_dispatch, "func config event request_id started"),
        (lambda_svc._emit_lambda_logs, "func request_id log_text error duration_ms log_source"),
        (cloudwatch_logs._make_group_arn, "name"),
        (cloudwatch_logs._filter_log_events, "data"),
        (cloudwatch_logs._resolve_log_group_name, "data"),
    ],
)
def test_a_hook_has_the_parameters_the_plugin_gives(function: object, parameters: str) -> None:
    assert callable(function)
    assert list(inspect.signature(function).parameters) == parameters.split()


def test_a_denial_is_worded_from_the_arguments_that_the_plugin_reads() -> None:
    parameters = set(inspect.signature(iam_actions.access_denied_response).parameters)
    assert {"service", "action", "principal_arn", "request_id"} <= parameters
    assert {"message", "error_code", "headers", "explicit_deny", "resource_policy_arn"} <= parameters


def test_an_evaluation_tells_what_is_recorded_of_it() -> None:
    assert {"principal_arn", "action", "resource_arn"} <= {each.name for each in fields(iam_evaluator.EvalContext)}
    assert "_resolve_condition_key" in iam_evaluator._conditions_met.__code__.co_names
    statement = {each.name for each in fields(iam_evaluator.ParsedStatement)}
    assert {"sid", "effect", "actions", "not_actions", "resources", "not_resources"} <= statement


def test_the_evaluators_functions_are_looked_up_when_they_are_called() -> None:
    """Each is replaced in its module, which a copy in another module would not notice."""
    for name in ("enforce", "evaluate", "_gather_role_policies"):
        assert name in (iam_evaluator.enforce if name == "evaluate" else _any_of(name)).__code__.co_names, name


def _any_of(name: str) -> Any:
    from ministack import app  # noqa: PLC0415

    return app._dispatch_service_request if name == "enforce" else iam_evaluator.resolve_principal


def test_every_trust_policy_is_checked_by_the_function_that_the_plugin_replaces() -> None:
    """By its name in its module, and with the document first; roles and users go by `pop`."""
    checked = "_trust_policy_not_principal_error"
    for function in (iam._create_role, iam._update_assume_role_policy, provisioners._validate_iam_role_trust_policy):
        assert checked in function.__code__.co_names, function.__name__
    for function in (provisioners._iam_role_create, provisioners._iam_role_update):
        assert "_validate_iam_role_trust_policy" in function.__code__.co_names, function.__name__
    for function in (iam._delete_role, iam._delete_user, provisioners._iam_role_delete):
        assert "pop" in function.__code__.co_names, function.__name__
    assert type(iam._roles).__slots__ == ("_data",)
    assert all(hasattr(table, "values") for table in (kms._keys, s3._bucket_policies))
    for kind in ("AWS::S3::BucketPolicy", "AWS::KMS::Key"):
        assert {"create", "update"} <= provisioners._RESOURCE_HANDLERS[kind].keys()


def test_what_is_encrypted_is_kept_in_tables() -> None:
    for table in (s3._buckets, s3._object_versions, sqs._queues, sqs._queue_name_to_url, iam._roles):
        assert hasattr(table, "get")
    assert isinstance(iam_actions.SERVICE_TO_IAM_NAMESPACE, dict)
