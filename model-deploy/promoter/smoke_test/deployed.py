"""Edge: from an endpoint's name to the model package behind it, by way of its endpoint config and model."""

from typing import TYPE_CHECKING

from promoter.aws import sentences_for
from promoter.errors import EndpointRefusedError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


def deployed_package_arn(sagemaker: "SageMakerClient", endpoint_name: str, *, expected: str | None = None) -> str:
    """The package's ARN, once the endpoint is in service and serves the expected package (any, if None)."""
    with sentences_for(f"Looking up endpoint {endpoint_name}"):
        endpoint = sagemaker.describe_endpoint(EndpointName=endpoint_name)
        status = endpoint["EndpointStatus"]
        if status != "InService":
            reason = endpoint.get("FailureReason", "wait until it is, then test again")
            raise EndpointRefusedError(f"{endpoint_name}: is {status}, not InService: {reason}.")
        config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        variants = config["ProductionVariants"]
        if len(variants) != 1:
            raise EndpointRefusedError(f"{endpoint_name}: has {len(variants)} variants; endpoint.yaml makes one.")
        model = sagemaker.describe_model(ModelName=variants[0].get("ModelName", ""))
    arn = model.get("PrimaryContainer", {}).get("ModelPackageName")
    if arn is None:
        raise EndpointRefusedError(
            f"{endpoint_name}: its model {model['ModelName']} was not made from a model package: nothing to "
            "compare it with. Deploy it with endpoint.yaml."
        )
    if expected is not None and arn != expected:
        raise EndpointRefusedError(f"{endpoint_name}: serves {arn}, not {expected}. Deploy that one first.")
    return arn
