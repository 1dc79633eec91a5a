"""Models: what a server is started from."""

from __future__ import annotations

from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.sagemaker import tags
from sandbox.sagemaker.hosting.model_data import check_access
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.registry import packages
from sandbox.sagemaker.role_at_work import Needs
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = "model"
_LISTING = Listing(
    answer="Models", name="ModelName", summary=("ModelName", "ModelArn", "CreationTime"), descending=True
)


def create_model(sagemaker: SageMaker, request: Document) -> Document:
    name = request["ModelName"]
    arn = sagemaker.arn(f"{KIND}/{name}")
    container = _only_container(request)
    if "ModelPackageName" in container:
        _deployable(sagemaker, container["ModelPackageName"])
    elif "Image" not in container:
        raise ValidationError("A container needs an Image or a ModelPackageName.")
    check_access(sagemaker, request, _packaged(sagemaker, container), model=arn)
    with sagemaker.store.transaction():
        if sagemaker.store.get(KIND, name):
            raise ValidationError(f'Cannot create already existing model "{arn}".')
        model = {member: value for member, value in request.items() if member != "Tags"}
        model |= {"ModelArn": arn, "CreationTime": sagemaker.now()}
        model.setdefault("EnableNetworkIsolation", False)
        sagemaker.store.put(KIND, name, model)
        tags.put(sagemaker, arn, request.get("Tags", []))
    return model


def _only_container(request: Document) -> Document:
    containers = [request["PrimaryContainer"]] if "PrimaryContainer" in request else request.get("Containers", [])
    if not containers:
        raise ValidationError("Either PrimaryContainer or Containers must be provided.")
    if len(containers) > 1 or containers[0].get("Mode") == "MultiModel":
        raise NotInTheSandbox("a model of several containers, or a multi-model container,")
    return dict(containers[0])


def _deployable(sagemaker: SageMaker, package_arn: str) -> None:
    package = packages.named(sagemaker, package_arn)
    if package.get("ModelApprovalStatus", "Approved") != "Approved":
        raise ValidationError(
            f"Cannot create a model from ModelPackage {package_arn}: its approval status is {package['ModelApprovalStatus']}."
        )


def named(sagemaker: SageMaker, name: str) -> Document:
    model = sagemaker.store.get(KIND, name)
    if model is None:
        raise ValidationError(f'Could not find model "{sagemaker.arn(f"{KIND}/{name}")}".')
    return model


def container(sagemaker: SageMaker, name: str) -> Document:
    """What to start for a model: image, artifact and environment, a model package looked up.

    CreateModel lets a container name a package and add to its environment ("Environment" of ContainerDefinition).
    """
    return _packaged(sagemaker, _only_container(named(sagemaker, name)))


def _packaged(sagemaker: SageMaker, given: Document) -> Document:
    if "ModelPackageName" not in given:
        return given
    package = packages.named(sagemaker, given["ModelPackageName"])
    if "InferenceSpecification" not in package:  # a version may be registered without one, and then serves nobody
        raise ValidationError(f"The model package {given['ModelPackageName']} has no InferenceSpecification.")
    packaged = package["InferenceSpecification"]["Containers"][0]
    return {**packaged, "Environment": packaged.get("Environment", {}) | given.get("Environment", {})}


def needs(sagemaker: SageMaker, name: str) -> Needs:
    """What servers of the model are started with."""
    model = named(sagemaker, name)
    if "ExecutionRoleArn" not in model:
        raise ValidationError(f"Model {name} has no ExecutionRoleArn: nobody could download it. Create it with one.")
    image = container(sagemaker, name).get("Image")
    return Needs(role=model["ExecutionRoleArn"], image=image, vpc=model.get("VpcConfig"))


def offline(sagemaker: SageMaker, name: str) -> bool:
    """Whether its container has no way to a package index: it is isolated, or in subnets, which have no such way here."""
    model = named(sagemaker, name)
    return bool(model.get("EnableNetworkIsolation") or model.get("VpcConfig"))


def describe_model(sagemaker: SageMaker, request: Document) -> Document:
    return named(sagemaker, request["ModelName"])


def list_models(sagemaker: SageMaker, request: Document) -> Document:
    return _LISTING.of(sagemaker.store.all(KIND), request)


def delete_model(sagemaker: SageMaker, request: Document) -> Document:
    """Endpoints that run the model go on running: "DeleteModel deletes only the model entry"."""
    with sagemaker.store.transaction():
        model = named(sagemaker, request["ModelName"])
        sagemaker.store.delete(KIND, model["ModelName"])
        tags.forget(sagemaker, model["ModelArn"])
    return {}


OPERATIONS = {
    "CreateModel": create_model,
    "DescribeModel": describe_model,
    "ListModels": list_models,
    "DeleteModel": delete_model,
}
