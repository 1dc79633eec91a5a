"""Who may do what: every role with its permissions, and every policy of a resource. Read `roles` to audit the project.

| module | what |
| --- | --- |
| `arns` | the ARNs that policies refer to: what exists before any role does, and the rest by its name |
| `delivery` | what CodePipeline and the builds may do |
| `functions` | what the Lambda functions may do |
| `resource_policies` | the policies of the key, the buckets, the topic, the queue and the model package group |
| `role_set` | how every role is made: one managed policy of its own, and the Deny of approvals |
| `roles` | one role for each actor: who may assume it, and which permissions it has |
| `sagemaker` | what SageMaker's pipeline, jobs and endpoints may do |
| `stage_account` | the roles in the account of a stage elsewhere |
| `stages` | what may happen to a stage's stack and endpoint |
| `statements` | the statements that several roles share |
| `triggers` | what events and schedules may start, and what the approver alone may do |
| `trust` | who may assume a role |
"""
