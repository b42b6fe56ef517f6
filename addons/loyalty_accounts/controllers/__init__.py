from . import files, portal, portal_accounts
