from . import consignment_intake, consignment_settlement, integrator_api, integrator_api_intake
