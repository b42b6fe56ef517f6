from . import portal, portal_accounts
