"""Bad input: stored cases, each with what must come of it, and the forms that they are fed to."""
