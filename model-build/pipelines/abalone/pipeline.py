"""The abalone pipeline: from the raw CSV to a version in the model registry that waits for its approval."""

from __future__ import annotations

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.pipeline import Pipeline

from pipelines.abalone.data_step import check_step
from pipelines.abalone.definition import Build, Parameters
from pipelines.abalone.model_steps import (
    batch_step,
    batch_transform_step,
    create_model_step,
    fail_step,
    measured,
    register_step,
)
from pipelines.abalone.seal_step import seal_step
from pipelines.abalone.training_steps import evaluate_step, preprocess_step, train_step
from pipelines.sdk_session import sdk_session
from pipelines.settings import Settings
from pipelines.source_code import CodeStore


def get_pipeline(settings: Settings, session: Session | None = None, *, upload: bool = True) -> Pipeline:
    """Build the definition; the code of its steps goes to S3, unless told not to, and nothing else leaves the machine.

    1. CheckData: is there data, which version of it, and is there a batch? A function looks; no machine is paid for yet.
    2. Preprocess: check the raw rows, make features, split them into train, validation and test.
    3. Train: XGBoost with early stopping on the validation split.
    4. Evaluate: score the model on the test split; write evaluation.json and report.html.
    5. QualityGate: is the mean squared error at most MseThreshold?
    6. If so, SealModel copies the archive to where no job can change it, and RegisterModel names the copy; and where a
       BatchGiven is found, CreateModel and BatchTransform predict it with that copy.
    7. If not, Fail, with the error and the threshold in the message.
    """
    session = session or sdk_session(settings)
    parameters = Parameters.with_defaults(settings)
    code = CodeStore(session.boto_session.client("s3") if upload else None, settings.bucket)
    build = Build(settings, parameters, code, session)

    check = check_step(build)
    preprocess = preprocess_step(build, check)
    train = train_step(build, preprocess)
    evaluate = evaluate_step(build, preprocess, train)
    seal = seal_step(build, train, evaluate)
    register = register_step(build, check, evaluate, seal)
    create_model = create_model_step(build, evaluate, seal)
    batch = batch_step(check, [create_model, batch_transform_step(build, create_model)])
    mse = measured(evaluate, "regression_metrics.mse.value")
    gate = ConditionStep(
        name="QualityGate",
        conditions=[ConditionLessThanOrEqualTo(left=mse, right=parameters.mse_threshold)],
        if_steps=[seal, register, batch],
        else_steps=[fail_step(build, evaluate)],
    )
    return Pipeline(
        name=settings.pipeline_name,
        parameters=parameters.as_list(),
        steps=[check, preprocess, train, evaluate, gate],
        pipeline_experiment_config=None,  # lineage is in the registry; experiments would need further permissions
        sagemaker_session=session,
    )
