"""After a kill: what ran is marked as failed, with how to try it again; what waited goes on waiting."""

from __future__ import annotations

from sandbox.codepipeline.actions.contract import ActionFailed
from sandbox.codepipeline.pipelines import KIND
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.ending import end_action
from sandbox.codepipeline.running.engine import turn, wait_for
from sandbox.codepipeline.service import CodePipeline
from sandbox.store import Document


def recover(codepipeline: CodePipeline) -> None:
    """Once, when the port answers. No action runs twice by itself."""
    for pipeline in codepipeline.store.all(KIND):
        with turn(codepipeline, pipeline["name"]) as taken:
            for execution in records.live(codepipeline.store, pipeline["name"]):
                for action in records.under_way(codepipeline.store, execution["pipelineExecutionId"]):
                    if "_token" in action:  # an approval: the same token still counts
                        wait_for(codepipeline, action)
                    else:
                        codepipeline.store.update(
                            records.EXECUTION, execution["pipelineExecutionId"], {"_interrupted": True}
                        )
                        end_action(taken, action, _cut_off(action))


def _cut_off(action: Document) -> ActionFailed:
    advice = (
        f"aws codepipeline retry-stage-execution --pipeline-name {action['_pipeline']} --stage-name {action['stageName']}"
        f" --pipeline-execution-id {action['pipelineExecutionId']} --retry-mode FAILED_ACTIONS"
    )
    return ActionFailed(f"The sandbox stopped while this action was running. Retry with: {advice}")
