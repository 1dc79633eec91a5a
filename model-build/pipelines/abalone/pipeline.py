"""The abalone pipeline: from the raw CSV to a version in the model registry that waits for its approval."""

from __future__ import annotations

from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.pipeline import Pipeline

from pipelines.abalone.parameters import Parameters
from pipelines.abalone.steps import Steps
from pipelines.sdk_session import sdk_session
from pipelines.settings import Settings
from pipelines.source_code import CodeStore


def get_pipeline(settings: Settings, session: PipelineSession | None = None, *, upload: bool = True) -> Pipeline:
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
    steps = Steps(settings=settings, parameters=parameters, code=code, session=session)

    check = steps.check_data()
    preprocess = steps.preprocess(check)
    train = steps.train(preprocess)
    evaluate = steps.evaluate(preprocess, train)
    seal = steps.seal_model(train, evaluate)
    register = steps.register_model(check, evaluate, seal)
    create_model = steps.create_model(evaluate, seal)
    batch = steps.batch_given(check, if_steps=[create_model, steps.batch_transform(create_model)])
    gate = steps.quality_gate(evaluate, if_steps=[seal, register, batch])
    return Pipeline(
        name=settings.pipeline_name,
        parameters=parameters.as_list(),
        steps=[check, preprocess, train, evaluate, gate],
        pipeline_experiment_config=None,  # lineage is in the registry; experiments would need further permissions
        sagemaker_session=session,
    )
