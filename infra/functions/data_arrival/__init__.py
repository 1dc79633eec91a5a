"""Data arrival: new objects under the data prefix start one run of the SageMaker pipeline, once the uploads have gone quiet.

Time is cut into windows of QUIET_SECONDS. All objects that arrive in one window share one one-time schedule, named after the
window, that calls this function again a whole window after the window's end. That second call *fires* the window:

- where a schedule of the next window exists, uploads went on: the window's objects are handed over to it;
- where the pipeline is executing, the objects are noted anew, in the window of now: queued, not lost;
- else one run starts: on everything under the prefix or, where MANIFEST_PREFIX_URI is set, on what has arrived, by a manifest.

There is no state but the schedules' Input, and nothing is locked. Why two calls at once lose nothing:

- CreateSchedule is atomic by name. Of two that bring the first object, one is refused, reads the other's and adds its own.
- Two later writes may overwrite each other's notes. No run depends on them: it takes the prefix, which holds every object, or the
  notes together with what S3 says was written since the first of them. The notes are told in the run's description.
- An object that is noted already writes nothing, so a duplicate of the first object cannot undo the second.
- A schedule is written within its own window and in the first half of the next, and fires after that: never both at once.

Events, schedules and calls may all come twice. A run's ClientRequestToken and its display name are digests of the window's
Input, so a window that fired twice starts one run. What remains possible is a run more than needed, never one less.
"""
