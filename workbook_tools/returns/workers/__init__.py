"""Reading many returns at once: worker processes, clusters, and limits on what one file may cost."""
