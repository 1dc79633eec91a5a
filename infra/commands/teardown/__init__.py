"""What `make destroy` removes besides the CDK's stacks, so that nothing goes on costing money.

    inventory   what is there, read from AWS
    plan        what goes, in which order, and why; pure
    removal     the plan, carried out
    __main__    the command: prints the plan, asks, removes

Two halves around `cdk destroy --all`: what pipelines made goes before the stacks, whose roles it needs; what the stacks retain by
their own policy (repositories, data, models, registry, key) goes after them. What starts something by itself is disabled
first of all.
"""
