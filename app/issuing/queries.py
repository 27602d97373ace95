"""SQL of issuing: assignments, batches, voids, activations, recalls."""

from app.issuing.shapes import (
    ActivationAct,
    ActiveSpan,
    ActSpans,
    Assignment,
    Batch,
    BoundSpan,
    Claimed,
    ClaimedList,
    CodedProduct,
    Download,
    ExportFile,
    LinkFound,
    OrderList,
    Owner,
    PrinterLink,
    Recall,
    Reprint,
    SigningKey,
    Standing,
    TakenWhole,
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
                from batch_activation a where a.batch = b.batch),
            'bindings', (select coalesce(json_agg(json_build_array(n.first, n.last, n.lot, n.made_on, n.expires_on)
                order by n.first), '[]') from batch_binding n where n.batch = b.batch)
        ))::text
      from batch b, facts_clock c
     where b.batch = $1
"""

# Facts of a lot: dates of its newest batch, or of what was bound to it last; no row for a lot without
# either, so that nothing is kept of lots that somebody made up. `$1` GTIN, `$2` lot.
LOT_FACTS = """
    /* scan.lot_facts */
    select jsonb_build_object(
        'v', c.v, 'keys', array['l:' || $1::text || '/' || $2::text], 'status', jsonb_strip_nulls(jsonb_build_object(
            'lot', $2::text, 'made_on', b.made_on, 'expires_on', b.expires_on, 'expiry_kind', b.expiry_kind)))::text
      from facts_clock c
      join lateral (
          select x.made_on, x.expires_on, x.expiry_kind
            from (select made_on, expires_on, expiry_kind, issued_at as at, batch from batch
                   where gtin = $1::text and lot = $2::text and epoch <> 0 and not bound_later
                  union all
                  select n.made_on, n.expires_on, o.expiry_kind, n.bound_at, n.batch
                    from batch_binding n join batch o on o.batch = n.batch
                   where n.lot = $2::text and o.gtin = $1::text and o.epoch <> 0) x
           order by x.at desc, x.batch desc limit 1
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
           issued_at, statement, bound_later, label_case, layout"""

claimed = Query(Claimed, """
    /* issuing.claimed */
    select batch, request_digest from batch where enterprise_id = $1 and idempotency_key = $2
""")

ALLOCATION = 0x7A706D02
"""Advisory lock around the sequence: "zpm" 02."""

lock_allocation = Value("/* issuing.lock_allocation */ select pg_advisory_xact_lock($1)")

upcoming_id = Value("/* issuing.upcoming_id */ select last_value + is_called::int from batch_id")

# The last of $2 ids in a row, all above $1. The function runs as the owner of the tables: they must
# lie above every tenant's ids.
take_ids = Value("/* issuing.take_ids */ select take_batch_ids($1, $2)")

insert_batch = Query(Batch, f"""
    /* issuing.insert_batch */
    insert into batch (batch, epoch, enterprise_id, gtin, lot, count, made_on, expires_on, expiry_kind, policy,
                       issued_at, statement, idempotency_key, request_digest, bound_later, label_case, layout,
                       order_list)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    on conflict (enterprise_id, idempotency_key) do nothing
    returning {_BATCH}
""")

_LIST = "id, enterprise_id, lots, ordered_at"

claimed_list = Query(ClaimedList, f"""
    /* issuing.claimed_list */
    select {_LIST}, request_digest from order_list where enterprise_id = $1 and idempotency_key = $2
""")

insert_list = Query(OrderList, f"""
    /* issuing.insert_list */
    insert into order_list (enterprise_id, idempotency_key, request_digest, lots, ordered_at, ordered_by)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (enterprise_id, idempotency_key) do nothing
    returning {_LIST}
""")

batches_of_list = Query(Batch, f"""
    /* issuing.batches_of_list */
    select {_BATCH} from batch where order_list = $1 order by batch
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

# Acts of activation, and what they bound.

_ACT = "id, source, state, acted_at, acted_by, items, lines, bad, undone_at"

newest_act = Value("""
    /* issuing.newest_act */
    select max(acted_at) from activation_act where batch = $1 and state = 'done'
""")

insert_act = Value("""
    /* issuing.insert_act */
    insert into activation_act (batch, source, state, acted_at, acted_by, items, firsts, lasts, lines, bad, report)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    returning id
""")

acts_of = Query(ActivationAct, f"""
    /* issuing.acts_of */
    select {_ACT} from activation_act where batch = $1 order by acted_at desc, id limit 200
""")

act_by_id = Query(ActSpans, """
    /* issuing.act_by_id */
    select id, state, acted_at, firsts, lasts from activation_act where batch = $1 and id = $2
""")

report_of = Value("""
    /* issuing.report_of */
    select report from activation_act where batch = $1 and id = $2 and source = 'list'
""")

mark_undone = Act("""
    /* issuing.mark_undone */
    update activation_act set state = 'undone', undone_at = $2 where id = $1
""")

bound_between = Query(BoundSpan, """
    /* issuing.bound_between */
    select first, last, lot, made_on, expires_on, bound_at from batch_binding
     where batch = $1 and last >= $2 and first <= $3 order by first
""")

count_bound = Value("/* issuing.count_bound */ select count(*) from batch_binding where batch = $1")

insert_bound = Act("""
    /* issuing.insert_bound */
    insert into batch_binding (batch, first, last, lot, made_on, expires_on, bound_at)
    select $1, x.first, x.last, $4, $5, $6, $7 from unnest($2::bigint[], $3::bigint[]) as x (first, last)
""")

delete_bound = Value("""
    /* issuing.delete_bound */
    delete from batch_binding where batch = $1 and bound_at = $2 returning lot
""")

# Files of codes, their copies and downloads, printers' links.

_FILE = """id, batch, digest, format, wanted, total, length, first, last, variant, name, named_at, done, begun_at,
           ticked_at, failed, size, sha256, manifest, made_at"""

insert_file = Act("""
    /* issuing.insert_file */
    insert into export_file (batch, digest, format, wanted, total, length, first, last, variant, name, named_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (batch, digest) do nothing
""")

file_by_digest = Query(ExportFile, f"""
    /* issuing.file_by_digest */
    select {_FILE} from export_file where batch = $1 and digest = $2
""")

file_by_id = Query(ExportFile, f"""
    /* issuing.file_by_id */
    select {_FILE} from export_file where batch = $1 and id = $2
""")

files_of = Query(ExportFile, f"""
    /* issuing.files_of */
    select {_FILE} from export_file where batch = $1 order by named_at desc, first, name limit 500
""")

# A pass whose worker has died is taken over by whoever asks next.
claim_pass = Value("""
    /* issuing.claim_pass */
    update export_file set begun_at = $3, ticked_at = $3, done = 0, failed = null
     where id = $1 and made_at is null and (ticked_at is null or ticked_at < $2)
    returning id
""")

tick_pass = Act("""
    /* issuing.tick_pass */
    update export_file set done = $2, ticked_at = $3 where id = $1
""")

end_pass = Act("""
    /* issuing.end_pass */
    update export_file set size = $2, sha256 = $3, manifest = $4, made_at = $5, done = total, failed = null
     where id = $1 and made_at is null
""")

fail_pass = Act("""
    /* issuing.fail_pass */
    update export_file set failed = $2, ticked_at = null where id = $1 and made_at is null
""")

# What was taken whole of any of these serials, last.
taken_whole = Query(TakenWhole, """
    /* issuing.taken_whole */
    select id, finished_at, begun_by from export_copy
     where batch = $1 and variant = $2 and last >= $3 and first <= $4 and finished_at is not null
     order by finished_at desc limit 1
""")

# Codes left by the command line: the audit log says so, since no download stands in export_log.
note_export = Value("/* issuing.note_export */ select note_act('batch', $1, 'export', $2, $3::text::jsonb) is null")

# A copy to go on with: one that is not whole, or became so just now ($4) and somebody still misses its end.
open_copy = Value("""
    /* issuing.open_copy */
    select id from export_copy
     where file_id = $1 and link_id is not distinct from $2 and begun_by = $3
       and (finished_at is null or finished_at > $4)
     order by begun_at desc limit 1
""")

insert_copy = Value("""
    /* issuing.insert_copy */
    insert into export_copy (file_id, batch, variant, first, last, link_id, reason, begun_at, begun_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    returning id
""")

# $4 bytes of the whole file. Nobody who was sent them twice over is going on with a first copy, whatever is left out.
cover_copy = Act("""
    /* issuing.cover_copy */
    update export_copy set covered = covered + int8multirange(int8range($2, $3)),
           finished_at = case when (covered + int8multirange(int8range($2, $3))) @> int8range(0, $4)
                                or (select sum(g.bytes) from export_log g where g.copy_id = export_copy.id) >= 2 * $4
                              then coalesce(finished_at, $5) else finished_at end
     where id = $1
""")

# Whoever goes on at byte $2 has what is before it, also where the worker that sent it died and could not say so.
cover_before = Act("""
    /* issuing.cover_before */
    update export_copy set covered = covered + coalesce((
            select range_agg(int8range(g.from_byte, least(g.stop_byte, $2))) from export_log g
             where g.copy_id = $1 and g.ended_at is null and g.from_byte < least(g.stop_byte, $2)), '{}')
     where id = $1
""")

insert_download = Value("""
    /* issuing.insert_download */
    insert into export_log (copy_id, batch, format, link_id, taken_by, address, begun_at, ticked_at, from_byte,
                            stop_byte, total)
    values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)
    returning id
""")

tick_download = Act("""
    /* issuing.tick_download */
    update export_log set bytes = $2, ticked_at = $3 where id = $1
""")

end_download = Act("""
    /* issuing.end_download */
    update export_log set bytes = $2, ticked_at = $3, ended_at = $3, finished = $4, sha256 = $5 where id = $1
""")

downloads_of = Query(Download, """
    /* issuing.downloads_of */
    select g.id, c.file_id, f.name, g.format, g.taken_by, g.link_id, l.printer, g.address, g.begun_at, g.from_byte,
           g.bytes, g.total, g.ticked_at, g.ended_at, g.finished, c.reason
      from export_log g
      join export_copy c on c.id = g.copy_id
      join export_file f on f.id = c.file_id
      left join printer_link l on l.id = g.link_id
     where g.batch = $1 and ($2::uuid is null or c.file_id = $2)
     order by g.id desc limit 200
""")

# $1 leading digits of the bureau's regions or null, $2 before this instant or null, $3 how many.
reprints = Query(Reprint, """
    /* issuing.reprints */
    select c.id, e.name as enterprise, e.uscc, p.name as product, p.model, b.gtin, b.batch, b.lot, f.format,
           c.first, c.last, c.variant, c.reason, c.begun_at, c.begun_by, c.finished_at
      from export_copy c
      join export_file f on f.id = c.file_id
      join batch b on b.batch = c.batch
      join enterprise e on e.id = b.enterprise_id
      join gtin g on g.gtin = b.gtin
      join product p on p.id = g.product_id
     where c.reason is not null
       and ($1::text is null or e.region_code like $1 || '%')
       and ($2::timestamptz is null or c.begun_at < $2)
     order by c.begun_at desc, c.id
     limit $3
""")

_LINK = "id, file_id, batch, printer, reason, made_at, made_by, expires_at, revoked_at"

insert_link = Query(PrinterLink, f"""
    /* issuing.insert_link */
    insert into printer_link (file_id, batch, token_sha256, printer, reason, made_at, made_by, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    returning {_LINK}
""")

links_of = Query(PrinterLink, f"""
    /* issuing.links_of */
    select {_LINK} from printer_link where batch = $1 and ($2::uuid is null or file_id = $2)
     order by made_at desc limit 200
""")

link_by_id = Query(PrinterLink, f"""
    /* issuing.link_by_id */
    select {_LINK} from printer_link where id = $1
""")

# Its batch is named for the index.
link_was_used = Value("""
    /* issuing.link_was_used */
    select exists (select from export_copy where batch = $1 and link_id = $2)
""")

revoke_link = Query(PrinterLink, f"""
    /* issuing.revoke_link */
    update printer_link set revoked_at = $3 where batch = $1 and id = $2 and revoked_at is null
    returning {_LINK}
""")

link_of_token = Query(LinkFound, """
    /* issuing.link_of_token */
    select id, file_id, batch, organisation, expires_at, revoked_at from printer_link_of($1)
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
