-- From now on the changes of each transaction that ends well are noted: which rows of which table.
CREATE TABLE rights_changes (id bigserial, what text);

CREATE FUNCTION rights_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rights_changes (what) VALUES (TG_OP || ' ' || TG_TABLE_NAME);
    RETURN NULL;
END $$;

DO $$
DECLARE
    one text;
BEGIN
    FOR one IN
        SELECT tablename FROM pg_tables WHERE schemaname = 'public'
           AND tablename NOT LIKE 'orm\_signaling\_%'  -- tells workers to read anew
           AND tablename NOT IN (
            'rights_changes',
            'ir_attachment',  -- bundles of style sheets, made when a page is first shown
            'loyalty_attempt', 'portal_throttle',  -- count how often somebody asks
            'res_device_log', 'res_users_log',  -- who has logged in
            'website_track', 'website_visitor'  -- who has been on a page
        )
    LOOP
        EXECUTE format(
            'CREATE TRIGGER zz_rights AFTER INSERT OR UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION rights_note()', one
        );
    END LOOP;
END $$;
