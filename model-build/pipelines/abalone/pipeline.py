"""The abalone pipeline: from the raw CSV to a version in the model registry that waits for its approval."""

from __future__ import annotations

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.pipeline import Pipeline

from pipelines.abalone.definition import Build, Parameters
from pipelines.abalone.model_steps import batch_transform_step, create_model_step, fail_step, measured, register_step
from pipelines.abalone.training_steps import evaluate_step, preprocess_step, train_step
from pipelines.sdk_session import sdk_session
from pipelines.settings import Settings
from pipelines.source_code import CodeStore


def get_pipeline(settings: Settings, session: Session | None = None, *, upload: bool = True) -> Pipeline:
    """Build the definition; the code of its steps goes to S3, unless told not to, and nothing else leaves the machine.

    1. Preprocess: check the raw rows, make features, split them into train, validation and test.
    2. Train: XGBoost with early stopping on the validation split.
    3. Evaluate: score the model on the test split; write evaluation.json and report.html.
    4. QualityGate: is the mean squared error at most MseThreshold?
    5. If so, RegisterModel; CreateModel and BatchTransform predict BatchData with the same model.
    6. If not, Fail, with the error and the threshold in the message.
    """
    session = session or sdk_session(settings)
    parameters = Parameters.with_defaults(settings)
    build = Build(
        settings, parameters, CodeStore(session.boto_session.client("s3") if upload else None, settings.bucket)
    )

    preprocess = preprocess_step(build)
    train = train_step(build, preprocess)
    evaluate = evaluate_step(build, preprocess, train)
    register = register_step(build, train, evaluate)
    create_model = create_model_step(build, train, evaluate)
    batch_transform = batch_transform_step(build, create_model)
    mse = measured(evaluate, "regression_metrics.mse.value")
    gate = ConditionStep(
        name="QualityGate",
        conditions=[ConditionLessThanOrEqualTo(left=mse, right=parameters.mse_threshold)],
        if_steps=[register, create_model, batch_transform],
        else_steps=[fail_step(build, evaluate)],
    )
    return Pipeline(
        name=settings.pipeline_name,
        parameters=parameters.as_list(),
        steps=[preprocess, train, evaluate, gate],
        pipeline_experiment_config=None,  # lineage is in the registry; experiments would need further permissions
        sagemaker_session=session,
    )
