"""What a cell means: typed values, states, doubts, and the answers table."""
