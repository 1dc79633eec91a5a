"""`make doctor`: whether this machine and this account are ready for a deployment, and what to do where they are not.

facts      what is the case: of the machine, of AWS; the one module that calls boto3
machine    what is the case on this machine: Node, the CDK CLI, the libraries
quotas     what the project needs of the account, and where that is not enough; pure
checks     what of it all is in the way, each with its fix; pure
finding    one sentence about what is, how much it matters, and what to do about it
__main__   the command
"""
