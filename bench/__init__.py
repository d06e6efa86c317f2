"""What a pass costs, beside a floor measured in the same run."""
