"""How fast the program is, and against what: `python -m benchmarks` measures and writes docs/performance.md."""
