"""The fault harness: real processes, killed and starved; a ledger that anyone can count again."""
