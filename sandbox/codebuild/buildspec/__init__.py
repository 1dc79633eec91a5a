"""buildspec.yml, version 0.2, read into frozen values (CodeBuild user guide, "Build specification reference").

nodes      YAML with the line of each value, so that every error can name it
spec       what a build specification says, typed
expansion  variables in its paths
reading    from the one to the other; what the sandbox does not carry out is refused here by name
"""
