"""What the functions that start runs of the SageMaker pipeline share; not a function itself."""
