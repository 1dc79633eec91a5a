"""The deploy side, one stage a module: choose -> verify -> plan -> render, then CloudFormation, then the smoke test.

choose  asks which version was approved last, where none is named; infra's function answers, by the rule that approvals follow.
verify  refuses a package that is not approved or whose model is not the one registered. It mends nothing.
plan    joins package, stage configuration and project to one frozen Plan. It names things; it creates none.
render  writes a Plan down as a CloudFormation template configuration. It decides nothing.

Around them stand the edges, which judge nothing: `aws` (alone in importing boto3), `registry`, `archive`, `settings`,
`stage_config`, and the two commands `python -m promoter` and `python -m promoter.smoke_test`. Nothing here creates or
changes anything in AWS: endpoints belong to CloudFormation (endpoint.yaml).
"""
