"""`make smoke-aws`: the loop on a real account, once, to see what no run on one machine can prove; then all of it is removed.

Ordinary clients do everything: the CDK CLI, git, boto3. A project of its own is deployed (smoke-<run>), trained, and brought to
staging; nothing of any other project is touched. In order:

    doubts     the README's list of what only an account can show, and how each is judged by what was seen
    evidence   what is seen on the way
    settings   the check's own cdk.json, tags and price
    deadline   everything ends: each wait has its bound, and all of them one together
    commands   children, none of which outlives its bound or the check
    account    boto3's clients, and whether they are pointed at AWS at all
    delivery   executions of the two CodePipelines
    moments    deploy, data, push, train, approve, staging, production
    probes     roles that can be taken on by nobody who does not say for whom they act
    inspection what was made is looked at: keys of objects, the model's environment, the batch's answers
    removal    everything goes, also after a failure; what is left is told
    report     report.json and report.md
    __main__   the command
"""
