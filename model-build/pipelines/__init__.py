"""The build side of the template: what publishes and starts a SageMaker pipeline, one folder for each use case."""
