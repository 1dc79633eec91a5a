"""The Lambda functions of the golden path: this folder is one asset, with one package a function.

A function's handler is `functions.<package>.handler.handler`. All imports in here are relative ones, since in Lambda `functions`
is a top-level package and in this repository it is `infra.functions`. A function imports itself and `runs`, never another
function. Each has its decisions in pure modules, boto3 in `aws.py` alone and its environment in `settings.py` alone.
"""
