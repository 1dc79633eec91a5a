"""The model registry: groups, versions, approval."""
