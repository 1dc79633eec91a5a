"""The units that the stacks are composed of: a construct each, with the permissions left to `infra.iam`.

| module | what |
| --- | --- |
| `data_arrival` | starts a run when new data has arrived |
| `data_check` | the function that looks at the data before a run pays for a machine |
| `deploy_stages` | the stages of the deploy pipeline, in order |
| `model_build` | the build pipeline |
| `model_deploy` | the deploy pipeline |
| `model_seal` | the function that keeps a version's archive where nothing else writes |
| `notices` | what people are told, and by which events |
| `reconciler` | brings the version that was approved last to the deploy pipeline |
| `registry` | the model package group |
| `retraining` | the schedule that starts a run |
| `review` | the function that looks at production's change set before a person is asked |
| `stage_actions` | the actions of one stage: deploy, test, approve |
| `storage` | the buckets, and the key |
"""
