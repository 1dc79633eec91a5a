"""Last stage: a Plan as the template configuration of CodePipeline's CloudFormation action. Same plan, same bytes.

The form is that of "AWS CloudFormation artifacts" in the CloudFormation guide: {"Parameters": {...}, "Tags": {...}},
all values strings.
"""

import json

from promoter.plan import Plan
from promoter.stage_schema import PROJECT_TAGS


def render(plan: Plan) -> bytes:
    document = {"Parameters": parameters(plan), "Tags": _tags(plan)}
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def parameters(plan: Plan) -> dict[str, str]:
    """A value for each parameter of endpoint.yaml, no more and no fewer."""
    return {
        "SageMakerProjectName": plan.project_name,
        "StageName": plan.stage,
        "ModelPackageArn": plan.model_package_arn,
        "ModelSha256": plan.model_sha256,
        "ModelExecutionRoleArn": plan.execution_role_arn,
        "EndpointInstanceType": plan.instance_type,
        "EndpointInstanceCount": str(plan.instance_count),
        "DataCapturePercentage": str(plan.data_capture_percentage),
        "DataCaptureUri": plan.data_capture_uri,
        "KmsKeyArn": plan.kms_key_arn,
        "LatencyBudgetMs": str(plan.latency_budget_ms),
        "SubnetIds": plan.subnet_ids,
        "SecurityGroupIds": plan.security_group_ids,
        "ContentId": plan.content_id,
    }


def _tags(plan: Plan) -> dict[str, str]:
    return dict(plan.tags) | dict(zip(PROJECT_TAGS, (plan.project_name, plan.stage), strict=True))
