"""What units are made of: L2 classes of the CDK with the project's defaults, the same wherever they are used.

| module | what |
| --- | --- |
| `alarm` | an alarm that publishes to the topic of the notices |
| `archive` | files as one zip, the same bytes for the same files |
| `bucket` | a private, versioned bucket that outlives its stack |
| `build_project` | a CodeBuild project with its log |
| `dead_letter_queue` | the queue of what could not be delivered, with its alarm |
| `function` | a Lambda function with its log, its role and its alarm; and what all functions of a stack share |
| `log` | an encrypted log group with a retention |
| `pipeline` | a CodePipeline that acts in its own role, and what both pipelines say in the same words |
| `rule` | an EventBridge rule with its target |
| `seed` | the files that a repository begins with |
| `source` | where a pipeline takes its source from: a CodeCommit repository with its seed, or a host behind a connection |
| `topic` | the topic of the notices |
"""
