-- A copy of the database tells nobody.
UPDATE integrator_webhook SET active = false;
