"""More definitions with a fault each: references, graphs, policies, conditions, parameters, arguments."""

from __future__ import annotations

from typing import Any

from tests.sandbox.pipelines.definition_faults import COUNT, arguments, step
from tests.sandbox.pipelines.definitions import (
    cached,
    condition,
    definition,
    fail,
    function,
    get,
    json_get,
    processing,
    register,
    training,
)

MEANING_FAULTS: list[tuple[Any, str]] = [
    (
        definition(step(DependsOn=["B"])),
        "step 'A': it depends on step 'B', which the pipeline does not have",
    ),
    (
        definition(step(DependsOn=[{"Step": "B", "Trigger": "Failed"}])),
        "step 'A': DependsOn with a Trigger is not in the sandbox",
    ),
    (
        definition(processing("A", DependsOn=["B"]), processing("B", DependsOn=["A"])),
        "the steps wait for one another in a circle: ",
    ),
    (
        definition(
            processing("A", source=get("Steps.T.ModelArtifacts.S3ModelArtifacts")), training("T", DependsOn=["A"])
        ),
        "the steps wait for one another in a circle: ",
    ),
    (
        definition(processing("A", source=get("Parameters.Uri"))),
        "step 'A': 'Parameters.Uri' names no parameter of the pipeline; it has: none",
    ),
    (
        definition(processing("A", source=get("Steps.B.X"))),
        "step 'A': 'Steps.B.X' names no step of the pipeline; it has: A",
    ),
    (
        definition(processing("A", source=get("Execution.Id"))),
        "step 'A': 'Execution.Id' is not an execution variable",
    ),
    (definition(processing("A", source=get("Uri"))), "step 'A': 'Uri' is not a reference"),
    (definition(processing("A", source=get("Steps.B"))), "it needs the property of the step it wants"),
    (
        definition(processing("A", source=get("Steps.F.X")), fail("F")),
        "'Steps.F.X': a Fail step has no properties",
    ),
    (
        definition(
            function("L", outputs={"Uri": "String"}), processing("A", source=get("Steps.L.OutputParameters['Url']"))
        ),
        "'Steps.L.OutputParameters['Url']': the Lambda step has OutputParameters['Uri']",
    ),
    (
        definition(function("L"), processing("A", source=get("Steps.L.Uri"))),
        "'Steps.L.Uri': the Lambda step has no OutputParameters",
    ),
    (
        definition(
            function("L", outputs={"Count": "Integer"}),
            processing("A", source=get("Steps.L.OutputParameters['Count']")),
        ),
        "Cannot assign property reference [Steps.L.OutputParameters['Count']] to argument of type [String]",
    ),
    (
        definition(processing("A", source={"Std:Split": {}})),
        "step 'A': Std:Split is not a function; they are: Std:Join, Std:JsonGet",
    ),
    (definition(processing("A", source={"Std:Join": {"On": "/"}})), "Std:Join needs a list of Values"),
    (
        definition(processing("A"), fail("F", json_get("A", "x", file="Other"))),
        "step 'F': step 'A' has no property file 'Other'; it has: Evaluation",
    ),
    (
        definition(step(PropertyFiles=[{"PropertyFileName": "P", "OutputName": "none", "FilePath": "p.json"}])),
        "step 'A': property file 'P' is in output 'none', which the step does not have",
    ),
    (definition(step(PropertyFiles=[{"OutputName": "out"}])), "a property file needs PropertyFileName"),
    (
        definition(processing("A", **cached("soon"))),
        "step 'A': CacheConfig.ExpireAfter: 'soon' is not an ISO 8601 duration, such as P30D or PT1H",
    ),
    (definition(step(CacheConfig={"Enabled": True})), "step 'A': CacheConfig needs ExpireAfter"),
    (definition(step(CacheConfig={"ExpireAfter": "P1D"})), "CacheConfig needs Enabled, true or false"),
    (definition(fail("F", **cached())), "step 'F': a Fail step cannot be cached"),
    (
        definition(step(RetryPolicies=[{"ExceptionType": ["Step.ANY"]}])),
        "step 'A': exception type 'Step.ANY' is not known",
    ),
    (
        definition(step(RetryPolicies=[{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 21}])),
        "MaxAttempts of a retry policy is a number from 1 to 20, not 21",
    ),
    (
        definition(fail("F", RetryPolicies=[{"ExceptionType": ["Step.THROTTLING"]}])),
        "step 'F': a Fail step has no RetryPolicies",
    ),
    (
        definition(condition("C", {"Type": "Maybe"})),
        "step 'C': condition type 'Maybe' is not known; there are: Equals, GreaterThan",
    ),
    (definition(condition("C", {"Type": "Equals", "LeftValue": 1})), "step 'C': condition Equals needs RightValue"),
    (
        definition(condition("C", {"Type": "Not", "Condition": {"Type": "In", "QueryValue": 1, "Values": 2}})),
        "step 'C': condition In needs a list of Values",
    ),
    (
        definition(fail("F"), parameters=[{"Name": "P", "Type": "Text"}]),
        "parameter 'P': type 'Text' is not known; there are: String, Integer, Float, Boolean",
    ),
    (
        definition(fail("F"), parameters=[{"Name": "P", "Type": "Integer", "DefaultValue": "1"}]),
        "parameter 'P': the default '1' is no Integer",
    ),
    (
        definition(fail("F"), parameters=[{"Name": "P", "Type": "Integer", "DefaultValue": True}]),
        "parameter 'P': the default True is no Integer",
    ),
    (
        definition(
            fail("F"), parameters=[{"Name": "P", "Type": "String", "DefaultValue": "c", "EnumValues": ["a", "b"]}]
        ),
        "parameter 'P': the default 'c' is not one of its EnumValues: a, b",
    ),
    (definition(fail("F"), parameters=[COUNT, COUNT]), "parameter name 'Count' is taken twice"),
    (
        definition(processing("A", source=get("Parameters.Count")), parameters=[COUNT]),
        "Cannot assign property reference [Parameters.Count] to argument of type [String]",
    ),
    (definition(arguments(Nope=1)), "step 'A': Unknown Argument member 'Nope' at Arguments"),
    (
        definition(arguments(AppSpecification={})),
        "step 'A': Missing required member 'ImageUri' at Arguments.AppSpecification",
    ),
    (
        definition(arguments(AppSpecification=get("Execution.PipelineName"))),
        "step 'A': Arguments.AppSpecification: an expression cannot stand for a whole structure",
    ),
    (
        definition(register("R", "s3://bucket/m", arguments={"ModelApprovalStatus": "Perhaps"})),
        "Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval]",
    ),
    (
        definition(register("R", "s3://bucket/m", arguments={"ModelPackageName": "n"})),
        "step 'R': Unknown Argument member 'ModelPackageName'",
    ),
    (
        definition(fail("F"), PipelineExperimentConfig={"ExperimentName": get("Steps.F.X"), "TrialName": "t"}),
        "PipelineExperimentConfig: 'Steps.F.X' is not known when an execution starts",
    ),
]
