"""Offers: a role held out to an address, which nobody has until they accept it."""
