"""Making an address and taking it away: there is nothing to fill in."""

from __future__ import annotations

from safehub.foundation.govuk import forms


class AddressForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class OffForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False
