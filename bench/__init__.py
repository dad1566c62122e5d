"""How fast the product is, as ratios to a bare handler that is measured in the same run."""
