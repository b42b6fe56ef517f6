from . import (
    portal_throttle,
)
