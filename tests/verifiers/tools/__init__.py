"""The verifiers that others wrote, each behind one function from templates to findings."""
