"""Processing, training and transform jobs.

kinds                what distinguishes them: members' names, and which function of `sandbox.containers` runs one
jobs                 the operations: create, describe, list, stop
work                 the thread that runs one job, and what is said of jobs that a kill interrupted
algorithm_images     which images bring metric definitions of their own, and take no others
algorithm_metrics    what a training job's log told of its metrics, in CloudWatch
"""
