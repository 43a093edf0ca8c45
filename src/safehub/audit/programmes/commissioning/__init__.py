"""Writing the terms of reference of an audit on pages, and signing them."""
