"""What units are made of: resources with the project's defaults, the same wherever they are used.

| module | what |
| --- | --- |
| `alarm` | an alarm that publishes to the topic of the notices |
| `archive` | files as one zip in the cloud assembly |
| `bucket` | a private, versioned bucket that outlives its stack |
| `build_project` | a CodeBuild project with its log |
| `function` | a Lambda function with its log, its role and its alarm |
| `git_host` | where the two repositories live: CodeCommit, or a host behind a connection |
| `key` | the KMS key |
| `log` | an encrypted log group with a retention |
| `logical_id` | the logical id of a resource, from the path of units that leads to it |
| `own_schedules` | the variables of a function that creates one-time schedules |
| `pipeline_parts` | actions and stages of a CodePipeline |
| `repository` | a CodeCommit repository with its seed, and the rule that starts its pipeline |
| `resource` | one resource of a stack |
| `resource_policy` | a policy on a bucket, a topic or a queue |
| `rule` | an EventBridge rule with its target |
| `seed` | the files that a repository begins with |
| `topic` | the topic of the notices |
| `undelivered` | the dead-letter queue and its alarm |
| `unit` | a stack of the project, and the units in it |
"""
