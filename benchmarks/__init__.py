"""What is measured, as opposed to tested: run by hand, interleaved, written to docs/benchmarks.md with machine and command."""
