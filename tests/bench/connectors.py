"""What the connectors' cases begin with, for the shell: a backend connected with a stand-in.

Expects ``URL`` and ``VALUES``, the provider's settings.
"""

BACKEND = """
env = env(user=env.ref("base.user_admin").id)
backend = env["accounting.backend"].create(
    {"name": "Fortnox", "provider": "fortnox", "base_url": URL, "auth_url": URL})
for setting in backend.setting_ids:
    setting.value = VALUES[setting.name]
env.cr.commit()
backend.action_connect()
"""
