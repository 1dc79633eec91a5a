"""`make demo`: from the abalone data to a production endpoint, in a sandbox of its own.

One module a moment, in this order; each takes values and returns values, and none of them prints:

    layout       where the demo keeps its things, and the lock that keeps a second demo out of them
    foundation   the CloudFormation stack with bucket, model package group and roles (foundation.yaml)
    inputs       data and batch rows, uploaded under keys made from their content
    building     model-build's `python -m pipelines.run_pipeline`, and the execution's steps as they go
    registered   the model package that came out: metrics, reports, golden rows, approval
    promotion    model-deploy's `python -m promoter`, its CloudFormation stack and its smoke test, a stage at a time
    prediction   real rows through InvokeEndpoint

`walk` strings them together; `children` runs the other roots' commands; `clients`, `stacks` and `job_logs` talk to AWS;
`screen` and `live_screen` show what happens; `outcome` is what is known at the end, `farewell` what is said of it, and
`failure` what is said when it ends early; `interrupts` sees that Ctrl-C leaves nothing behind.
"""
