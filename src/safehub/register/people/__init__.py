"""The register of people: children born and unborn, and adults, whom a hub has to do with."""
