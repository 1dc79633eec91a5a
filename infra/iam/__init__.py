"""Who may do what: every role with its permissions, and every policy on the side of a resource. Read `roles` to audit the project.

| module | what |
| --- | --- |
| `arns` | the ARNs that policies refer to: what exists before any role does, and the rest by its name |
| `delivery` | what CodePipeline and the builds may do |
| `functions` | what the Lambda functions may do |
| `key_policy` | who may use the key by its own policy |
| `role_set` | how every role is made: one managed policy of its own, and the Deny of approvals |
| `roles` | one role for each actor: who may assume it, and which permissions it has |
| `sagemaker` | what SageMaker's pipeline, jobs and endpoints may do |
| `stage_access` | what the roles of a stage in another account may reach in the project's |
| `stage_roles` | the roles in a stage's own account, by their ARNs |
| `stages` | what may happen to a stage's stack and endpoint |
| `statements` | the statements that several roles share |
| `triggers` | what events and schedules may start, and what the approver alone may do |
| `trust` | who may assume a role |
"""
