from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sandbox.demo.failure import DemoFailure


def test_a_failure_names_the_step_the_reason_the_log_and_the_way_on() -> None:
    failure = DemoFailure("step Train", "AlgorithmError: the train split is empty", log=Path("logs/Train.log"))
    assert failure.paragraph("make demo") == (
        "The demo stopped at step Train: AlgorithmError: the train split is empty. The log is logs/Train.log. "
        "To go on from there: make demo"
    )


@given(st.text())
def test_a_failure_is_one_paragraph_whatever_the_reason(reason: str) -> None:
    assert len(DemoFailure("Train", reason).paragraph("make demo").splitlines()) == 1


def test_a_failure_without_a_reason_says_so() -> None:
    assert "no reason was given." in DemoFailure("the pipeline", " \n").paragraph("make demo")
