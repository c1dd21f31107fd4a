"""The XML parts of a native PivotTable and the package around them."""
