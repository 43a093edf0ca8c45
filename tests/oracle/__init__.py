"""A second, plain computation of an audit pack's figures, which shares no code with the product."""
