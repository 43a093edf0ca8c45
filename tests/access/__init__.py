"""The proof of the access rules: the product against a second statement of its policy."""
