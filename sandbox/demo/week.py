"""What happens without anybody: a week passes and the schedule retrains, new data arrives and starts a run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sandbox.demo.learning import train
from sandbox.demo.moments.arrivals import await_note, await_run, await_run_or_wait, by_data, by_schedule, known_runs
from sandbox.demo.moments.clock import advance, told
from sandbox.demo.moments.inputs import upload_arrival
from sandbox.demo.moments.registered import Version
from sandbox.demo.scene import Scene

_WEEK = timedelta(days=7)


def pass_by(scene: Scene) -> list[Version]:
    """The weekly run's; and that of the first data, whose quiet window falls due in the same week."""
    clients, project = scene.clients, scene.project
    known = known_runs(clients, project)
    with scene.watch.moment("A week later") as moment:
        moment.say(f"python -m sandbox clock --advance {_WEEK.days}d")
        reading = advance(scene.settings, _WEEK)
        for line in told(reading):
            moment.note(line)
        runs = {"Weekly run": await_run(clients, project, by_schedule, known=known)}
        if any(fired.name.startswith(project.names.data_arrival) for fired in reading.fired):
            run = await_run_or_wait(clients, project, known=known)
            runs |= {"First data run": run} if run else {}
    return [train(scene, title, run)[1] for title, run in runs.items()]


def new_data(scene: Scene, data: Path) -> Version:
    """The run starts when the uploads have been quiet for a while."""
    clients, project = scene.clients, scene.project
    with scene.watch.moment("New data") as moment:
        uploaded = upload_arrival(clients.s3, project, data)
        schedule = await_note(clients, project, uploaded.key)
        moment.say(f"{uploaded.rows} rows to {uploaded.uri}; {schedule} waits for quiet")
    known = known_runs(clients, project)
    quiet = timedelta(minutes=2 * project.settings.data.quiet_minutes)
    with scene.watch.moment("Quiet") as moment:
        moment.say(f"python -m sandbox clock --advance {quiet.seconds // 60}m")
        for line in told(advance(scene.settings, quiet)):
            moment.note(line)
        run = await_run(clients, project, by_data, known=known)
    return train(scene, "Data run", run)[1]
