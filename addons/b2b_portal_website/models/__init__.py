from . import office_setup, res_company, res_config_settings, res_partner
