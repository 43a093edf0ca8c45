"""The multi-agency case audit, from commission to actions."""
