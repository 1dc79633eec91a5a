"""The offline verifiers: every synthesised template, all that reads it, and the seeded faults that prove they would notice."""
