"""The worker's side of the outbox: leasing, handing over, marking what came of it."""
