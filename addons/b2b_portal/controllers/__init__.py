from . import access, approvals, cart, catalogue, home, team
