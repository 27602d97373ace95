"""SQL of issuing: assignments, batches, voids, activations, recalls."""

from app.issuing.shapes import (
    ActiveSpan,
    Assignment,
    Batch,
    Claimed,
    CodedProduct,
    Owner,
    Recall,
    SigningKey,
    Standing,
    VoidSpan,
)
from app.store.sql import Act, Query, Value

# What issuing gives the product's facts statement.
STATUS = {
    "recalls": """(select coalesce(jsonb_agg(jsonb_build_object(
        'id', rc.id, 'scope', rc.scope, 'opened_on', rc.opened_on, 'reason', rc.reason, 'reason_en', rc.reason_en,
        'remedy', rc.remedy, 'remedy_en', rc.remedy_en, 'telephone', rc.telephone, 'lots', rc.lots,
        'made_from', rc.made_from, 'made_to', rc.made_to, 'notice_url', rc.notice_url)
        order by rc.opened_on, rc.id), '[]') from recall rc where rc.product_id = p.id and rc.closed_on is null)""",
}

# The facts statement of one batch, whole: everything in it is issuing's. An act of voiding is told
# once however many ranges it has: a row's reason may be 1,500 bytes, and a batch have thousands of rows.
BATCH_FACTS = """
    /* scan.batch_facts */
    with spans as (
        select first, last, voided_at from batch_void where batch = $1
    ), acts as (
        select voided_at, min(first) as first, row_number() over (order by voided_at) - 1 as place
          from spans group by voided_at
    )
    select json_build_object(
        'v', c.v, 'keys', array['b:' || b.batch], 'batch', b.batch, 'epoch', b.epoch, 'gtin', b.gtin, 'count', b.count,
        'suspects', (select coalesce(jsonb_object_agg(i.index, jsonb_build_array(i.views, i.provinces)), '{}')
            from item_suspicion i where i.batch = b.batch),
        'status', json_build_object(
            'lot', b.lot, 'made_on', b.made_on, 'expires_on', b.expires_on, 'expiry_kind', b.expiry_kind,
            'policy', b.policy, 'proof', b.epoch = 0,
            'acts', (select coalesce(json_agg(json_build_array(
                    (x.voided_at at time zone 'UTC' + interval '8 hours')::date, x.reason, x.reason_en)
                order by a.place), '[]') from acts a join batch_void x on x.batch = b.batch and x.first = a.first),
            'voids', (select coalesce(array_to_json(array_agg(array[s.first, s.last, a.place] order by s.first)), '[]')
                from spans s join acts a using (voided_at)),
            'active', (select coalesce(array_to_json(array_agg(array[a.first, a.last] order by a.first)), '[]')
                from batch_activation a where a.batch = b.batch)
        ))::text
      from batch b, facts_clock c
     where b.batch = $1
"""

# Facts of a lot: dates of its newest batch; no row for a lot without batches, so that nothing is
# kept of lots that somebody made up. `$1` GTIN, `$2` lot.
LOT_FACTS = """
    /* scan.lot_facts */
    select jsonb_build_object(
        'v', c.v, 'keys', array['l:' || $1::text || '/' || $2::text], 'status', jsonb_strip_nulls(jsonb_build_object(
            'lot', $2::text, 'made_on', b.made_on, 'expires_on', b.expires_on, 'expiry_kind', b.expiry_kind)))::text
      from facts_clock c
      join lateral (
          select made_on, expires_on, expiry_kind from batch
           where gtin = $1::text and lot = $2::text and epoch <> 0 order by batch desc limit 1
      ) b on true
"""

# Assignments.

# Everything that decides whether the product of GTIN $1 may be given codes; $2 is today. The
# recognition is the one the page shows: the newest.
standing = Query(Standing, """
    /* issuing.standing */
    select g.gtin, p.id as product_id, p.enterprise_id, e.uscc, p.published, rp.recognition_id,
           (select min(s.effective_on) from sanction s where s.kind = 'recognition_revoked'
               and s.enterprise_id = e.id and s.ended_on is null and s.effective_on <= $2) as revoked_on,
           (select min(s.effective_on) from sanction s where s.kind = 'authorisation_withdrawn'
               and s.product_id = p.id and s.ended_on is null and s.effective_on <= $2) as withdrawn_on,
           ct.state as certificate_state, ct.state_on as certificate_state_on,
           ct.valid_until as certificate_valid_until,
           st.number as standard_number, st.state as standard_state, st.state_on as standard_state_on,
           (select a.state from code_assignment a where a.gtin = g.gtin and a.level = 'item') as item_level
      from gtin g
      join product p on p.id = g.product_id
      join enterprise e on e.id = p.enterprise_id
      left join lateral (
          select x.recognition_id, x.standard_id, x.certificate_id
            from recognised_product x join recognition r on r.id = x.recognition_id
           where x.product_id = p.id
           order by r.confirmed_on desc, r.id limit 1
      ) rp on true
      left join standard st on st.id = rp.standard_id
      left join certificate ct on ct.id = rp.certificate_id
     where g.gtin = $1
""")

assign = Query(Assignment, """
    /* issuing.assign */
    insert into code_assignment as a (gtin, level, assigned_on) values ($1, $2, $3)
    on conflict (gtin, level) do update set state = 'in_use', assigned_on = excluded.assigned_on where a.state = 'ended'
    returning gtin, level, assigned_on, state
""")

end_assignment = Query(Assignment, """
    /* issuing.end_assignment */
    update code_assignment set state = 'ended' where gtin = $1 and level = $2 and state = 'in_use'
    returning gtin, level, assigned_on, state
""")

assignments_of = Query(Assignment, """
    /* issuing.assignments_of */
    select gtin, level, assigned_on, state from code_assignment where gtin = $1 order by level
""")

coded_products = Query(CodedProduct, """
    /* issuing.coded_products */
    select g.gtin, p.model, p.name, p.enterprise_id
      from enterprise e
      join product p on p.enterprise_id = e.id and p.published
      join gtin g on g.product_id = p.id
      join code_assignment a on a.gtin = g.gtin and a.level = 'product' and a.state = 'in_use'
     where e.uscc = $1
     order by g.gtin
""")

# May printed labels of this product be mistaken for real ones?
is_demonstration = Value("""
    /* issuing.is_demonstration */
    select p.demonstration or e.demonstration
      from gtin g join product p on p.id = g.product_id join enterprise e on e.id = p.enterprise_id
     where g.gtin = $1
""")

# Batches.

_BATCH = """batch, epoch, enterprise_id, gtin, lot, count, made_on, expires_on, expiry_kind, policy,
           issued_at, statement"""

claimed = Query(Claimed, """
    /* issuing.claimed */
    select batch, request_digest from batch where enterprise_id = $1 and idempotency_key = $2
""")

ALLOCATION = 0x7A706D02
"""Advisory lock around the sequence: "zpm" 02."""

lock_allocation = Value("/* issuing.lock_allocation */ select pg_advisory_xact_lock($1)")

upcoming_id = Value("/* issuing.upcoming_id */ select last_value + is_called::int from batch_id")

# `setval` writes to the log every time, which nextval does once in 32 values: see high_water.
take_id = Value("""
    /* issuing.take_id */
    select setval('batch_id', greatest(nextval('batch_id'), $1, (select coalesce(max(batch), 0) + 1 from batch)))
""")

insert_batch = Query(Batch, f"""
    /* issuing.insert_batch */
    insert into batch (batch, epoch, enterprise_id, gtin, lot, count, made_on, expires_on, expiry_kind, policy,
                       issued_at, statement, idempotency_key, request_digest)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    on conflict (enterprise_id, idempotency_key) do nothing
    returning {_BATCH}
""")

batch_by_id = Query(Batch, f"""
    /* issuing.batch_by_id */
    select {_BATCH} from batch where batch = $1
""")

# The one lock of whoever changes voids or activations of a batch.
locked_batch = Query(Batch, f"""
    /* issuing.locked_batch */
    select {_BATCH} from batch where batch = $1 for no key update
""")

# $1 enterprise or null, $2 GTIN or null, $3 below this id or null, $4 how many.
batches = Query(Batch, f"""
    /* issuing.batches */
    select {_BATCH} from batch
     where ($1::uuid is null or enterprise_id = $1)
       and ($2::text is null or gtin = $2)
       and ($3::bigint is null or batch < $3)
     order by batch desc
     limit $4
""")

# Signing keys.

keep_key = Act("""
    /* issuing.keep_key */
    insert into signing_key (kid, public_key) values ($1, $2) on conflict (kid) do nothing
""")

signing_keys = Query(SigningKey, """
    /* issuing.signing_keys */
    select kid, public_key from signing_key order by first_used, kid
""")

# Voids and activations. Ranges of one batch never overlap.

voids_between = Query(VoidSpan, """
    /* issuing.voids_between */
    select first, last, reason, reason_en, voided_at from batch_void
     where batch = $1 and last >= $2 and first <= $3 order by first
""")

newest_void = Value("/* issuing.newest_void */ select max(voided_at) from batch_void where batch = $1")

count_voids = Value("/* issuing.count_voids */ select count(*) from batch_void where batch = $1")

insert_voids = Act("""
    /* issuing.insert_voids */
    insert into batch_void (batch, first, last, reason, reason_en, voided_at)
    select $1, x.first, x.last, $4, $5, $6 from unnest($2::bigint[], $3::bigint[]) as x (first, last)
""")

delete_void = Query(VoidSpan, """
    /* issuing.delete_void */
    delete from batch_void where batch = $1 and voided_at = $2
    returning first, last, reason, reason_en, voided_at
""")

# Ranges that overlap or touch $2…$3.
active_near = Query(ActiveSpan, """
    /* issuing.active_near */
    select first, last, activated_at from batch_activation
     where batch = $1 and last >= $2 - 1 and first <= $3 + 1 order by first
""")

count_active = Value("/* issuing.count_active */ select count(*) from batch_activation where batch = $1")

delete_active = Act("""
    /* issuing.delete_active */
    delete from batch_activation where batch = $1 and first = any($2::bigint[])
""")

insert_active = Act("""
    /* issuing.insert_active */
    insert into batch_activation (batch, first, last, activated_at)
    select $1, x.first, x.last, x.at from unnest($2::bigint[], $3::bigint[], $4::timestamptz[]) as x (first, last, at)
""")

# Recalls.

_RECALL = """id, product_id, scope, lots, made_from, made_to, reason, reason_en, remedy, remedy_en, telephone,
           notice_url, opened_on, closed_on"""

product_of_gtin = Query(Owner, """
    /* issuing.product_of_gtin */
    select p.id as product_id, p.enterprise_id from gtin g join product p on p.id = g.product_id where g.gtin = $1
""")

insert_recall = Query(Recall, f"""
    /* issuing.insert_recall */
    insert into recall (product_id, scope, lots, made_from, made_to, reason, reason_en, remedy, remedy_en, telephone,
                        notice_url, opened_on)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    returning {_RECALL}
""")

locked_recall = Query(Recall, f"""
    /* issuing.locked_recall */
    select {_RECALL} from recall where id = $1 for no key update
""")

close_recall = Query(Recall, f"""
    /* issuing.close_recall */
    update recall set closed_on = $2 where id = $1 and closed_on is null
    returning {_RECALL}
""")

recalls_of = Query(Recall, f"""
    /* issuing.recalls_of */
    select {_RECALL} from recall where product_id = $1 order by opened_on desc, id
""")

owner_of_product = Query(Owner, """
    /* issuing.owner_of_product */
    select p.id as product_id, p.enterprise_id from product p where p.id = $1
""")
