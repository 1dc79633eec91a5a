"""What each provider of actions does, once its action starts.

    contract          what an action is given, and what it comes to
    abandonment       an action that nobody waits for any more
    artifacts         artifacts of S3, read and written by the action's role
    providers         every provider that is carried out

Providers:
    codecommit        Source: a branch's last commit
    s3                Source: an object
    codebuild         Build and Test
    cloudformation    Deploy: stacks
    change_sets       Deploy: change sets
    lambda_function   Invoke: a function, which says itself how it ended
    approval          Approval: a person, who does

And for CloudFormation:
    templates         what it takes from its artifacts and its configuration
    stacks            a stack, waited for
    deployed          what a stack leaves: outputs
"""
