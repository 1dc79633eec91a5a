"""The code that runs in SageMaker's containers; each script travels with the modules that it imports, and with nothing else."""
