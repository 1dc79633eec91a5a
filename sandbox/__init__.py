"""AWS on one machine: what the stock AWS clients talk to when there is no AWS account.

One process serves everything on 127.0.0.1. ministack answers for some sixty services (S3, CloudFormation, CloudWatch Logs, IAM,
EventBridge, ...); this package adds what it lacks, inside the same process:

    settings     where a sandbox lives and what it calls itself
    process      up, down, status: one sandbox a home folder, guarded by a lock
    server       the process itself: environment, plugin, HTTP
    gatekeeper   who may speak to it: this machine's programs, no web page
    plugin       the only module that touches ministack's internals
    durability   ministack's state on disk after each change
    protocol     a request of the AWS JSON protocols in, a response out
    validation   the request held against botocore's service model
    sagemaker/   registry, pipelines, jobs, models, endpoints
    containers/  what AWS would run in a container, run here
"""
