import io

import pytest
from rich.console import Console

from sandbox.demo.live_screen import LiveScreen
from sandbox.demo.outcome import Prediction, Step
from sandbox.demo.screen import PlainScreen, Screen

RUNNING = Step(name="Train", status="Executing", seconds=0.4)
DONE = Step(name="Train", status="Succeeded", seconds=1.2)
CACHED = Step(name="Preprocess", status="Succeeded", seconds=0.0, cached=True)
ROW = Prediction(features=("M", 0.455, 0.1), predicted=9.25, actual=15.0)


def shown(screen: Screen, written: io.StringIO) -> str:
    with screen.moment("Pipeline") as moment:
        moment.say("publishing")
        moment.steps([CACHED, RUNNING])
        moment.steps([CACHED, RUNNING])
        moment.note("a schedule fired")
        moment.steps([CACHED, DONE])
        moment.say("2 steps")
    screen.predictions([ROW])
    screen.line("reports [here]")
    return written.getvalue()


def test_without_a_terminal_each_change_is_one_plain_line() -> None:
    written = io.StringIO()
    lines = shown(PlainScreen(written), written).splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["Preprocess", "Train", "a", "Train", "Pipeline"]
    assert lines[0].endswith("Succeeded, cached")
    assert lines[1].endswith("Executing")
    assert lines[2] == "  a schedule fired"
    assert "1.2 s" in lines[3]
    assert lines[4].endswith("2 steps")
    assert "\x1b" not in written.getvalue()


def test_on_a_terminal_the_steps_stand_under_their_moment() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=100, color_system=None)
    last = shown(LiveScreen(console), written).split("✓ Pipeline")[-1]
    assert "2 steps" in last
    assert "✓ Train" in last
    assert "a schedule fired" in last
    assert "Succeeded, cached" in last
    assert "reports [here]" in last


@pytest.mark.parametrize("live", [False, True])
def test_a_prediction_stands_beside_what_was_counted(live: bool) -> None:
    written = io.StringIO()
    screen: Screen = LiveScreen(Console(file=written, width=100)) if live else PlainScreen(written)
    screen.predictions([ROW])
    assert written.getvalue().splitlines()[-1].split() == ["M,0.455,0.1", "9.2", "15"]


def test_a_failed_moment_is_marked_before_the_failure_is_told() -> None:
    written = io.StringIO()
    screen = LiveScreen(Console(file=written, force_terminal=True, width=100, color_system=None))
    with pytest.raises(RuntimeError), screen.moment("Staging"):
        raise RuntimeError
    assert "✗ Staging" in written.getvalue()
