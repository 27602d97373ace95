"""SQL of issuing: assignments, batches, voids, activations, recalls."""

# What issuing gives the product's facts statement.
STATUS = {
    "recalls": """(select coalesce(jsonb_agg(jsonb_build_object(
        'id', rc.id, 'scope', rc.scope, 'opened_on', rc.opened_on, 'reason', rc.reason, 'reason_en', rc.reason_en,
        'remedy', rc.remedy, 'remedy_en', rc.remedy_en, 'telephone', rc.telephone, 'lots', rc.lots,
        'made_from', rc.made_from, 'made_to', rc.made_to, 'notice_url', rc.notice_url)
        order by rc.opened_on, rc.id), '[]') from recall rc where rc.product_id = p.id and rc.closed_on is null)""",
}

# The facts statement of one batch, whole: everything in it is issuing's.
BATCH_FACTS = """
    /* scan.batch_facts */
    select jsonb_build_object(
        'v', c.v, 'keys', array['b:' || b.batch], 'batch', b.batch, 'epoch', b.epoch, 'gtin', b.gtin, 'count', b.count,
        'status', jsonb_build_object(
            'lot', b.lot, 'made_on', b.made_on, 'expires_on', b.expires_on, 'expiry_kind', b.expiry_kind,
            'policy', b.policy, 'proof', b.epoch = 0,
            'voids', (select coalesce(jsonb_agg(jsonb_build_array(
                    x.first, x.last, (x.voided_at at time zone 'UTC' + interval '8 hours')::date, x.reason, x.reason_en)
                order by x.first), '[]') from batch_void x where x.batch = b.batch),
            'active', (select coalesce(jsonb_agg(jsonb_build_array(a.first, a.last) order by a.first), '[]')
                from batch_activation a where a.batch = b.batch)
        ))::text
      from batch b, facts_clock c
     where b.batch = $1
"""
