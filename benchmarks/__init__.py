"""The program timed beside others: `python -m benchmarks` measures and writes docs/performance.md."""
