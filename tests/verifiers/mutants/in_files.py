"""Faults in the stages' configurations and in the endpoint's template, which CloudFormation reads only at deployment."""

from __future__ import annotations

from tests.verifiers.mutants.mutant import Mutant, edit

STAGING, PROD, ENDPOINT = "staging-config.json", "prod-config.json", "model-deploy/endpoint.yaml"

MUTANTS = (
    Mutant("an unknown parameter", edit(STAGING, '"EndpointInstanceType"', '"EndpointInstanceTyp"'), "stage-config"),
    Mutant("an instance type that does not exist", edit(PROD, "ml.m5.large", "ml.m55.large"), "stage-config"),
    Mutant(
        "a latency budget in words", edit(PROD, '"LatencyBudgetMs": "', '"LatencyBudgetMs": "about '), "stage-config"
    ),
    Mutant("no JSON", edit(PROD, "{", "{,"), "stage-config"),
    Mutant(
        "production's configuration names staging",
        edit(PROD, '"StageName": "prod"', '"StageName": "staging"'),
        "stage-config-name",
    ),
    Mutant(
        "the endpoint does not take a parameter that is rendered",
        edit(ENDPOINT, "  ContentId:\n", "  Content:\n"),
        "endpoint-parameters",
    ),
    Mutant(
        "the endpoint serves another version than the approved one",
        edit(ENDPOINT, "ModelPackageName: !Ref ModelPackageArn", "ModelPackageName: latest"),
        "endpoint-model",
    ),
    Mutant(
        "the model has variables beside those of its version, which AWS may put in their place",
        edit(
            ENDPOINT,
            "ModelPackageName: !Ref ModelPackageArn",
            "ModelPackageName: !Ref ModelPackageArn\n        Environment: {MODEL_SHA256: !Ref ModelSha256}",
        ),
        "endpoint-environment",
    ),
    Mutant(
        "the container can reach the network",
        edit(ENDPOINT, "EnableNetworkIsolation: true", "EnableNetworkIsolation: false"),
        "endpoint-isolation",
    ),
    Mutant(
        "captured requests are not encrypted with the project's key",
        edit(ENDPOINT, "          KmsKeyId: !Ref KmsKeyArn\n", ""),
        "endpoint-capture-key",
    ),
    Mutant(
        "both stages share one endpoint",
        edit(
            ENDPOINT,
            "EndpointName: !Sub ${SageMakerProjectName}-${StageName}",
            "EndpointName: !Sub ${SageMakerProjectName}",
        ),
        "endpoint-name",
    ),
    Mutant(
        "the endpoint's config names a model that is not there",
        edit(ENDPOINT, "!GetAtt Model.ModelName", "!GetAtt Modell.ModelName"),
        "cfn-lint::E1010",
    ),
    Mutant(
        "the endpoint's config has a misspelt property",
        edit(ENDPOINT, "InitialInstanceCount:", "InstanceCount:"),
        "cloudformation-validate::F3002",
    ),
)
