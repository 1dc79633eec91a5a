"""Retraining: a due time of the weekly schedule waits while the SageMaker pipeline is executing, or is skipped.

The schedule's Input holds the whole request for StartPipelineExecution; it is made in one place (infra/units/retraining.py),
whoever sends it. The function looks, decides (`decide.py`), and starts, skips or queues:

- where this due time's run is among the executions, it has been started before: schedules and Lambda may call twice;
- where no build has published the pipeline yet, there is nothing to train with: a sentence in the log, and no failure;
- where nothing is under way, the run starts;
- else WHILE_RUNNING says: `start` starts it all the same; `skip` leaves it at a sentence in the log; `queue` sets a one-time
  schedule that calls this function again, with the same request, once and again until the run can start.

There is no state but the one-time schedule, and nothing is locked. One due time waits at a time: a run trains with the data
that is there when it starts, so a second one after it would do the same work again. Whoever waits looks again at multiples of
WAIT_SECONDS, one wait ahead at least (`turn.py`). The schedules are named after those times, so:

- CreateSchedule, atomic by name, refuses the second one that would wait for the same time;
- the one time before is asked for, since nobody else can be waiting: what waits looks again within two waits;
- AWS deletes a one-time schedule some time after it has fired, and whoever waits again never meets the one that woke it.

What remains possible is a run more than needed, never one less: between the look and the start another run may begin.
"""
