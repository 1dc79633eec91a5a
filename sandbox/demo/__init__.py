"""`make demo`: a push, an approval, a schedule and new data move a model to production by themselves, in a sandbox of its own.

Everything goes through the unchanged clients: the CDK CLI, git, boto3, and the sandbox's own command for time. In order:

    opening    the sandbox is started, the project deployed, data uploaded
    learning   a push, the build pipeline, the SageMaker pipeline, a version
    release    a person approves the version; staging, the person again, production, predictions
    week       a week passes; then new data arrives
    walk       strings them together; at the end an older version is released

`moments/` has what each of them does, `scene` what all of them need, `waiting` how they wait. `layout` is where the demo
keeps its things, and the lock that keeps a second demo out of them; `clients` talk to AWS, `children` run commands.
`screen` and `live_screen` show what happens; `outcome` is what is known at the end, `closing_lines` what is said of it, and
`failure` what is said when it ends early; `interrupts` sees that Ctrl-C leaves nothing behind.
"""
