"""Who acts when nobody does."""

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role

MACHINE = Viewer(role=Role.SERVICE_ACCOUNT, via="worker")
