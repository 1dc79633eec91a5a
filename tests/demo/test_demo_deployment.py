from pathlib import Path

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.deployment import node_folder, reason

SAID = """WARNING something (Construct Annotations)
❌  abalone-foundation failed to deploy
‣ DeploymentError: Resource updates failed:
abalone-foundation/Registry  (AWS::SageMaker::ModelPackageGroup)
  User: role is not authorized to perform: sagemaker:CreateModelPackageGroup
Source Location: ...jsii runtime, node internals...
                 (no user code in 10 frames, use --stack-trace-limit to capture more)
❌  abalone-build was not deployed
"""


def failed(folder: Path, said: str) -> DemoFailure:
    log = folder / "cdk-deploy.log"
    log.write_text(said)
    return DemoFailure("cdk deploy", said.splitlines()[-1], log=log)


def test_a_failed_deployment_is_told_by_what_the_cli_says_of_the_first_stack(tmp_path: Path) -> None:
    told = reason(failed(tmp_path, SAID))
    assert told.startswith("abalone-foundation failed to deploy")
    assert told.endswith("sagemaker:CreateModelPackageGroup")


def test_a_failure_before_any_stack_is_told_in_its_last_words(tmp_path: Path) -> None:
    assert reason(failed(tmp_path, "synth\nSettingsError: no such key\n")) == "SettingsError: no such key"


def test_node_came_with_the_environment() -> None:
    assert (node_folder() / "node").is_file()
