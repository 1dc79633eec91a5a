"""Pipelines: definitions kept, executions run.

pipelines, executions        the API: what is kept, what is started, stopped and retried
definition/                  a definition's JSON as values, and all that can be wrong with it
language/                    the expressions and conditions in it, pure
running/                     the threads that run an execution: scheduling, caching, retries
steps/                       one module a step type
"""
