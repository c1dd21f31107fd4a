"""The meaning of cells: typed values, states, doubts, and the answers table."""
