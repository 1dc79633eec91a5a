"""The moments of the demo, each of which takes values and returns values, and prints nothing.

project        what the stacks put out, and the names that follow from the project's
deployment     `cdk bootstrap` and `cdk deploy --all`
inputs         data and batch rows, uploaded where the project expects them
checkout       `git clone`, a change that trains another model, `git push`
delivery       an execution of a CodePipeline, found by what started it, and its actions as they go
failed_action  why an action failed, with the log of its build
training       an execution of the SageMaker pipeline, step by step; `job_logs` has the log of a step that failed
registered     a version in the registry: its metrics, reports and golden rows
approver       the person who decides: over a version, and over its way to production
clock          time put forward, and which schedules fired
arrivals       new data on its way to a run, and the runs that started by themselves
prediction     real rows through InvokeEndpoint, and which version answers
"""
