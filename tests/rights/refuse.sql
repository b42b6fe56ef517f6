-- From now on no transaction of this database ends with a change: what a check did is undone, and
-- is told from what changed nothing. The trigger is deferred, so that all of a request's work is
-- done, with all its own checks, before the end of its transaction is refused.
CREATE FUNCTION rights_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'REHEARSAL % %', TG_OP, TG_TABLE_NAME;
END $$;

DO $$
DECLARE
    one text;
    changes text;
BEGIN
    FOR one IN
        SELECT tablename FROM pg_tables WHERE schemaname = 'public'
           AND tablename NOT LIKE 'orm\_signaling\_%'  -- tells workers to read anew
           AND tablename NOT IN (
            'ir_attachment',  -- bundles of style sheets, made when a page is first shown
            'res_device_log', 'res_users_log',  -- who has logged in
            'website_track', 'website_visitor'  -- who has been on a page
        )
    LOOP
        -- These count, on a cursor of their own, how often somebody asks.
        changes := CASE WHEN one IN ('loyalty_attempt', 'portal_throttle') THEN 'DELETE'
                   ELSE 'INSERT OR UPDATE OR DELETE' END;
        EXECUTE format(
            'CREATE CONSTRAINT TRIGGER zz_rights AFTER %s ON %I '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rights_refuse()',
            changes, one
        );
    END LOOP;
END $$;
