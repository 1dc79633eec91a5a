"""What each provider of actions does, once its action starts.

contract          what an action is given, and what it comes to
artifacts         artifacts of S3, read and written by the action's role
codecommit        Source: a branch's last commit
s3                Source: an object
codebuild         Build and Test
cloudformation    Deploy: stacks and change sets
templates         what a CloudFormation action takes from its artifacts and its configuration
stacks            a stack, waited for
lambda_function   Invoke: a function, which says itself how it ended
approval          Approval: a person, who does
"""
