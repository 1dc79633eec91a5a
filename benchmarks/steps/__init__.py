"""Scripts that stand for steps: the smallest possible one, and what a shell would do in place of the gate and the registry."""
