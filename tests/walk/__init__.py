"""The walk from a pack to its report, line by line of the pack format, against the oracle."""
