"""SQL of evidence: documents, the four registers, and the counts of the four 100 %."""

from app.catalogue.evidence.shapes import (
    Advertisement,
    Counts,
    Document,
    LabelledProduct,
    Model,
    Publication,
    Region,
    Site,
)
from app.store.sql import Act, Query, Value

_DOCUMENT = """
    select d.id, d.enterprise_id, d.kind, d.title, d.sha256::text, d.given_sha256::text, d.media_type, d.size, d.pages,
           d.width, d.height, d.uploaded_by, d.uploaded_at, d.withdrawn_by, d.withdrawn_at
      from evidence_document d
"""

document_by_id = Query(Document, f"/* evidence.document_by_id */ {_DOCUMENT} where d.id = $1")

# Whoever may see one of the documents with this content may have the content.
document_by_content = Query(Document, f"""
    /* evidence.document_by_content */
    {_DOCUMENT}
     where d.sha256 = $1 and d.withdrawn_at is null
     order by d.uploaded_at
     limit 1
""")  # fmt: skip

# The same file handed in again, or another that becomes the same when it is made anew.
document_again = Query(Document, f"""
    /* evidence.document_again */
    {_DOCUMENT}
     where d.enterprise_id = $1 and d.kind = $2 and (d.given_sha256 = $3 or d.sha256 = $3) and d.withdrawn_at is null
     order by d.uploaded_at
     limit 1
""")  # fmt: skip

# $1: the last id of the page before.
documents = Query(Document, f"""
    /* evidence.documents */
    {_DOCUMENT}
     where ($1::uuid is null
            or (d.uploaded_at, d.id) < (select a.uploaded_at, a.id from evidence_document a where a.id = $1))
       and ($3::uuid is null or d.enterprise_id = $3)
       and ($4::text is null or d.kind = $4)
     order by d.uploaded_at desc, d.id desc
     limit $2
""")  # fmt: skip

# What a form may refer to.
documents_to_choose = Query(Document, f"""
    /* evidence.documents_to_choose */
    {_DOCUMENT}
     where d.enterprise_id = $1 and d.kind = $2 and d.withdrawn_at is null
     order by d.uploaded_at desc, d.id
     limit 500
""")  # fmt: skip

count_documents = Value(
    "/* evidence.count_documents */ select count(*) from evidence_document where enterprise_id = $1"
)

# Handing in and cleaning up take turns about one content.
lock_content = Value("/* evidence.lock_content */ select pg_advisory_xact_lock(hashtextextended($1, 0))")

content_is_named = Value(
    "/* evidence.content_is_named */ select exists (select from evidence_document where sha256 = $1)"
)

insert_document = Value("""
    /* evidence.insert_document */
    insert into evidence_document (enterprise_id, kind, title, sha256, given_sha256, media_type, size, pages, width, height,
                                   uploaded_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (enterprise_id, kind, sha256) where withdrawn_at is null do nothing
    returning id
""")

lock_document = Query(Document, f"/* evidence.lock_document */ {_DOCUMENT} where d.id = $1 for no key update")

# An entry is about to rest on it: it is not withdrawn meanwhile.
hold_document = Value("""
    /* evidence.hold_document */
    select id from evidence_document
     where id = $1 and enterprise_id = $2 and kind = $3 and withdrawn_at is null
       for share
""")

count_uses = Value("""
    /* evidence.count_uses */
    select (select count(*) from site s where s.document_id = $1 and s.closed_on is null)
         + (select count(*) from advertisement a where a.document_id = $1 and (a.ends_on is null or a.ends_on >= $2))
         + (select count(*) from labelled_product l where l.document_id = $1 and l.ended_on is null)
         + (select count(*) from commitment_publication c where c.document_id = $1 and c.ended_on is null)
""")

withdraw_document = Act("""
    /* evidence.withdraw_document */
    update evidence_document set withdrawn_by = $2, withdrawn_at = now() where id = $1
""")

_ENTRY = """x.id, x.enterprise_id, x.document_id, d.sha256::text as document_sha256, d.title as document_title,
           d.media_type as document_media_type, x.created_at"""

_EVIDENCE = "left join evidence_document d on d.id = x.document_id and d.withdrawn_at is null"


def _newest_first(table: str) -> str:
    """$1: the last id of the page before; $3: of one enterprise."""
    return f"""
     where ($1::uuid is null or (x.created_at, x.id) < (select a.created_at, a.id from {table} a where a.id = $1))
       and ($3::uuid is null or x.enterprise_id = $3)
     order by x.created_at desc, x.id desc
     limit $2"""


_SITE = f"""
    select {_ENTRY}, x.closed_on as ended_on, x.name, x.kind, x.address, x.region_code, r.name as region, x.mark_since
      from site x
      left join region r on r.code = x.region_code
      {_EVIDENCE}
"""

sites = Query(Site, f"/* evidence.sites */ {_SITE} {_newest_first('site')}")

site_by_id = Query(Site, f"/* evidence.site_by_id */ {_SITE} where x.id = $1")

lock_site = Value("/* evidence.lock_site */ select id from site where id = $1 for no key update")

insert_site = Value("""
    /* evidence.insert_site */
    insert into site (enterprise_id, name, kind, address, region_code, mark_since, document_id)
    values ($1, $2, $3, $4, $5, $6, $7)
    returning id
""")

change_site = Act("""
    /* evidence.change_site */
    update site
       set name = $2, kind = $3, address = $4, region_code = $5, mark_since = $6, document_id = $7
     where id = $1
""")

end_site = Act("/* evidence.end_site */ update site set closed_on = $2 where id = $1")

_ADVERTISEMENT = f"""
    select {_ENTRY}, least(x.ends_on, date '9999-12-30') + 1 as ended_on, x.title, x.medium, x.place, x.url, x.starts_on, x.ends_on, x.carries_mark
      from advertisement x
      {_EVIDENCE}
"""

advertisements = Query(
    Advertisement, f"/* evidence.advertisements */ {_ADVERTISEMENT} {_newest_first('advertisement')}"
)

advertisement_by_id = Query(Advertisement, f"/* evidence.advertisement_by_id */ {_ADVERTISEMENT} where x.id = $1")

lock_advertisement = Value(
    "/* evidence.lock_advertisement */ select id from advertisement where id = $1 for no key update"
)

insert_advertisement = Value("""
    /* evidence.insert_advertisement */
    insert into advertisement (enterprise_id, title, medium, place, url, starts_on, ends_on, carries_mark, document_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    returning id
""")

change_advertisement = Act("""
    /* evidence.change_advertisement */
    update advertisement
       set title = $2, medium = $3, place = $4, url = $5, starts_on = $6, ends_on = $7, carries_mark = $8, document_id = $9
     where id = $1
""")

end_advertisement = Act("/* evidence.end_advertisement */ update advertisement set ends_on = $2 where id = $1")

_LABELLED = f"""
    select {_ENTRY}, x.ended_on, x.product_id, p.model, p.name as product, x.carrier, x.labelled_since
      from labelled_product x
      join product p on p.id = x.product_id
      {_EVIDENCE}
"""

labelled_products = Query(
    LabelledProduct, f"/* evidence.labelled_products */ {_LABELLED} {_newest_first('labelled_product')}"
)

labelled_product_by_id = Query(LabelledProduct, f"/* evidence.labelled_product_by_id */ {_LABELLED} where x.id = $1")

lock_labelled_product = Value(
    "/* evidence.lock_labelled_product */ select id from labelled_product where id = $1 for no key update"
)

# One that has not ended yet stands in the way: the unique index says so.
insert_labelled_product = Value("""
    /* evidence.insert_labelled_product */
    insert into labelled_product (enterprise_id, product_id, carrier, labelled_since, document_id)
    values ($1, $2, $3, $4, $5)
    on conflict (enterprise_id, product_id) where ended_on is null do nothing
    returning id
""")

change_labelled_product = Act("""
    /* evidence.change_labelled_product */
    update labelled_product l
       set product_id = $2, carrier = $3, labelled_since = $4, document_id = $5
     where l.id = $1
       and not exists (select from labelled_product o
                        where o.enterprise_id = l.enterprise_id and o.product_id = $2 and o.ended_on is null and o.id <> l.id)
""")

end_labelled_product = Act(
    "/* evidence.end_labelled_product */ update labelled_product set ended_on = $2 where id = $1"
)

_PUBLICATION = f"""
    select {_ENTRY}, x.ended_on, x.product_id, p.model, p.name as product, x.channel, x.place, x.url, x.published_on
      from commitment_publication x
      left join product p on p.id = x.product_id
      {_EVIDENCE}
"""

publications = Query(
    Publication, f"/* evidence.publications */ {_PUBLICATION} {_newest_first('commitment_publication')}"
)

publication_by_id = Query(Publication, f"/* evidence.publication_by_id */ {_PUBLICATION} where x.id = $1")

lock_publication = Value(
    "/* evidence.lock_publication */ select id from commitment_publication where id = $1 for no key update"
)

insert_publication = Value("""
    /* evidence.insert_publication */
    insert into commitment_publication (enterprise_id, product_id, channel, place, url, published_on, document_id)
    values ($1, $2, $3, $4, $5, $6, $7)
    returning id
""")

change_publication = Act("""
    /* evidence.change_publication */
    update commitment_publication
       set product_id = $2, channel = $3, place = $4, url = $5, published_on = $6, document_id = $7
     where id = $1
""")

end_publication = Act("/* evidence.end_publication */ update commitment_publication set ended_on = $2 where id = $1")

product_is_of = Value(
    "/* evidence.product_is_of */ select exists (select from product where id = $1 and enterprise_id = $2)"
)

models = Query(Model, """
    /* evidence.models */
    select p.id, p.model, p.name from product p where p.enterprise_id = $1 order by p.model, p.id limit 2000
""")  # fmt: skip

regions = Query(Region, "/* evidence.regions */ select code::text, name from region order by code")

# The denominators. Models: those a recognition on record covers, as for the coverage (REQ-002),
# while neither the enterprise's recognition is revoked nor the model's mark withdrawn. Sites and
# advertising: those the enterprise has on record and that have not ended. $2: today.
_COUNTS = """
    select e.id, e.name, e.name_en, r.name as region,
           m.models, m.publicised_stated, m.publicised_proven, m.labelled_stated, m.labelled_proven,
           s.sites, s.displayed_stated, s.displayed_proven, a.advertisements, a.carrying_stated, a.carrying_proven
      from enterprise e
      join region r on r.code = e.region_code
     cross join lateral (
           select count(*) as models,
                  count(*) filter (where publicised is not null) as publicised_stated,
                  count(*) filter (where publicised) as publicised_proven,
                  count(*) filter (where labelled is not null) as labelled_stated,
                  count(*) filter (where labelled) as labelled_proven
             from (select (select bool_or(c.document_id is not null or c.url is not null)
                             from commitment_publication c
                            where c.enterprise_id = e.id and (c.product_id is null or c.product_id = p.id)
                              and c.published_on <= $2 and (c.ended_on is null or c.ended_on > $2)
                              and exists (select from quality_commitment q where q.product_id = p.id)) as publicised,
                          (select bool_or(l.document_id is not null)
                             from labelled_product l
                            where l.enterprise_id = e.id and l.product_id = p.id
                              and l.labelled_since <= $2 and (l.ended_on is null or l.ended_on > $2)) as labelled
                     from product p
                    where p.enterprise_id = e.id
                      and exists (select from recognised_product rp where rp.product_id = p.id)
                      and not exists (select from sanction n
                                       where n.enterprise_id = e.id and n.ended_on is null and n.effective_on <= $2
                                         and (n.kind = 'recognition_revoked'
                                              or n.kind = 'authorisation_withdrawn' and n.product_id = p.id))) model) m
     cross join lateral (
           select count(*) as sites,
                  count(*) filter (where mark_since <= $2) as displayed_stated,
                  count(*) filter (where mark_since <= $2 and document_id is not null) as displayed_proven
             from site where enterprise_id = e.id and (closed_on is null or closed_on > $2)) s
     cross join lateral (
           select count(*) as advertisements,
                  count(*) filter (where carries_mark) as carrying_stated,
                  count(*) filter (where carries_mark and (document_id is not null or url is not null)) as carrying_proven
             from advertisement
            where enterprise_id = e.id and starts_on <= $2 and (ends_on is null or ends_on >= $2)) a
"""

counts_of = Query(Counts, f"/* evidence.counts_of */ {_COUNTS} where e.id = $1")

# $1: the last id of the page before; $4: words looked for. Only enterprises that were recognised.
counts = Query(Counts, f"""
    /* evidence.counts */
    {_COUNTS}
     where ($1::uuid is null or (e.created_at, e.id) > (select b.created_at, b.id from enterprise b where b.id = $1))
       and exists (select from recognition rr where rr.enterprise_id = e.id)
       and ($4::text is null or strpos(lower(concat_ws(' ', e.name, e.name_en, e.uscc)), lower($4)) > 0)
     order by e.created_at, e.id
     limit $3
""")  # fmt: skip
