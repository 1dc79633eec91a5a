"""The reconciler: makes what is live in production the version that was approved last.

It is level-triggered: the event that wakes it is never read, so lost, doubled, late and shuffled events end in one state,
and the schedule alone would do. It looks (`aws.py`), decides (`decide.py`), and starts the deploy pipeline at most once.

Three facts decide:

- *Wanted* is the approved version that was decided on last, also for a push to model-deploy, whose build asks here (`handler.py`).
  A package's decision time is its LastModifiedTime, for the
  registry keeps no other: an edit of an approved version's metadata moves it too, and so counts as approving it anew. That is
  the safe reading of the two. A wrong "anew" costs one deployment, which waits for a person before production; a wrong
  "just an edit" would leave a model live that the approver has replaced. Only the approver may edit a package (infra/iam/roles.py).
- *Coming* is the version of the newest execution under way, or else the one behind the production endpoint.
- *Ordered* are the executions that name a version. One decision gets one of them: a deployment that failed or was stopped is
  not started again until there is a new decision. CodePipeline does not say for how long it remembers a clientRequestToken,
  so the proof is its history (kept for 12 months), and the token only covers a history that lags behind.
"""
