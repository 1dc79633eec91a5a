"""`make doctor`: whether this machine and this account are ready for a deployment, and what to do where they are not.

facts      what is the case: of the machine, of AWS; the one module that calls boto3
checks     what of it is in the way, each with its fix; pure
__main__   the command
"""
