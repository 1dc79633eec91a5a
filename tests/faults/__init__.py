"""The fault soak, `make test-faults`: kills, generated requests, mutated archives and hostile templates, all drawn from one seed.

A short form of each part runs in `make test` (test_fault_soak.py); the long form takes many minutes and writes
docs/reliability.md.
"""
