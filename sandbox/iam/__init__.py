"""IAM over the sandbox's services: who may do what, and what became of it.

    asks            what an operation asks of its caller, as data
    tables/         that data, a module a service
    needs           from a request to the permissions it takes
    guard           before each operation of our own services: allowed, or refused
    resource_tags   what aws:ResourceTag conditions look at
    call            a request to a service of ministack's
    passing         roles that requests to ministack's services hand over (iam:PassRole)
    encryption      keys behind what S3, SNS and SQS keep encrypted
    resources       how AWS names what some requests are about
    stack_roles     in whose name CloudFormation changes a stack's resources
    decision        one decision of the evaluator
    usage           all of them, counted
    report          what each role was allowed, used, never used, and was refused
    route, reading  the report over HTTP, given and asked for

Policies are read and evaluated by ministack (sandbox.plugin); nothing here knows how.
"""
