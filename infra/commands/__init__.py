"""What a person runs besides the CDK, each with `python -m infra.commands.<name>` or a verb of the Makefile; and what these share.

| module | what |
| --- | --- |
| `bootstrap` | prints what has to be bootstrapped for the CDK |
| `clients` | boto3 clients of the project's region |
| `closed_pipe` | what a command does when the reader of its output has left |
| `costs` | what the project costs, written to docs/costs.md by `make docs` |
| `doctor` | `make doctor`: what is in the way of a deployment, and how to fix it |
| `instances` | the instances that the project asks SageMaker for |
| `pipeline_definition` | the SageMaker pipeline definition of model-build, by that repository's own command |
| `presence` | whether something is there |
| `requirements` | `make requirements`: what the builds install, from uv.lock |
| `seed` | writes out what a repository begins with |
| `teardown` | `make destroy`: what is removed besides the stacks |
"""
