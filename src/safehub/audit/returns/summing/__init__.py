"""An agency's summative report, drafted from the figures of its own returns."""
