"""Guards beyond the ordinary: their named lists, and how a seal is lifted by two."""
