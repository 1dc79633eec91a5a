"""AWS on one machine: what the stock AWS clients talk to when there is no AWS account.

One process serves everything on 127.0.0.1. ministack answers for some sixty services (S3, CloudFormation, CloudWatch Logs, IAM,
EventBridge, ...); this package adds what it lacks, inside the same process:

    settings     where a sandbox lives and what it calls itself
    process      up, down, status: one sandbox a home folder, guarded by a lock
    server       the process itself: environment, plugin, HTTP
    assembly     which services the process runs, and what connects them
    gatekeeper   who may speak to it: this machine's programs, no web page
    routes       what the port answers beside AWS's APIs; control are the sandbox's own
    plugin/      the only package that touches ministack's internals
    durability   ministack's state on disk after each change

    service      what each of our own services is; store, protocol and validation are under it
    service_context what every service is given: events to emit, roles to assume (acting), a clock
    sagemaker/   registry, pipelines, jobs, models, endpoints
    containers/  what AWS would run in a container, run here
    codecommit/  Git repositories
    codebuild/   builds
    codepipeline/ pipelines of stages and actions
    delivery/    what rules and schedules start
    iam/         who may do what, and who did
    demo/        `make demo`
"""
