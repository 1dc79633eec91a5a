"""Each hook of ministack that sandbox/plugin relies on: an upgrade that moves one fails here."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from ministack import app
from ministack.core import persistence, router
from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks


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
