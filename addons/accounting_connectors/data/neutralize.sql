-- A copy of a database sends no invoice, and renews no token: that would end the original's connection.
UPDATE accounting_backend SET state = 'draft';
DELETE FROM accounting_secret;
