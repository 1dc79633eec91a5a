"""The Lambda functions of the golden path: this folder is one asset, the root of the zip, with one package a function.

A function's handler is `<package>.handler.handler`. The packages import within themselves by relative imports only, since
in Lambda `reconciler` is a top-level package and in this repository it is `infra.functions.reconciler`; they never import
one another. Each has its decisions in pure modules, boto3 in `aws.py` alone and its environment in `settings.py` alone.
"""
