"""What units write where the form asks nothing: beside its cells, in comments and shapes, on added sheets."""
