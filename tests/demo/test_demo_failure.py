from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sandbox.demo.failure import DemoFailure


def test_a_failure_names_the_step_the_reason_the_log_and_the_way_on() -> None:
    told = str(DemoFailure("step Train", "AlgorithmError: the train split is empty", log=Path("logs/Train.log")))
    assert told == (
        "The demo stopped at step Train: AlgorithmError: the train split is empty. The log is logs/Train.log. "
        "To go on from there: make demo"
    )


@given(st.text())
def test_a_failure_is_one_paragraph_whatever_the_reason(reason: str) -> None:
    assert len(str(DemoFailure("Train", reason)).splitlines()) == 1


def test_a_failure_without_a_reason_says_so() -> None:
    assert "no reason was given." in str(DemoFailure("the pipeline", " \n"))
