"""SQL the console reads with; which rows there are is decided by who asks (row policies)."""

from app.catalogue.console.shapes import (
    Changed,
    Coded,
    Confirmable,
    Confirmation,
    ConfirmationStanding,
    Counts,
    County,
    EndingCertificate,
    ListedProduct,
    Named,
    Pending,
    Place,
    PublishedPage,
    Returned,
    Review,
    Standing,
)
from app.store.sql import Act, Query, Value

regions = Query(Place, """
    /* console.regions */
    select r.code::text as code, r.name, u.name as within from region r left join region u on u.code = r.parent
     where r.parent is not null order by r.code
""")  # fmt: skip

industries = Query(Place, """
    /* console.industries */
    select i.code::text as code, i.name, i.name_en as within from industry i order by i.code
""")  # fmt: skip

# The newest review of p with its answer.
_LAST_REVIEW = """
      left join lateral (
          select x.id, x.outcome, x.bureau, x.reasons, x.reasons_en, x.reviewed_at, y.answered_at
            from page_review x left join page_answer y on y.review_id = x.id
           where x.product_id = p.id
           order by x.reviewed_at desc, x.id limit 1
      ) v on true
"""

_CODED = """exists (select from code_assignment a join gtin g on g.gtin = a.gtin
                    where g.product_id = p.id and a.state = 'in_use')"""

# Newest first. $2: words; $3: published, draft, archived or returned; $4: only these;
# $5: the last id of the page before.
products = Query(ListedProduct, f"""
    /* console.products */
    select p.id, p.model, p.name, p.name_en, p.photo_sha256,
           (select count(*) from gtin g where g.product_id = p.id) as gtins, p.published,
           not p.published and p.published_on is null as draft,
           coalesce(v.outcome = 'returned' and v.answered_at is null, false) as returned, {_CODED} as coded
      from product p {_LAST_REVIEW}
     where p.enterprise_id = $1
       and ($2::text is null or strpos(lower(concat_ws(' ', p.name, p.name_en, p.model)), lower($2)) > 0)
       and case $3::text
               when 'published' then p.published
               when 'draft' then not p.published and p.published_on is null
               when 'archived' then not p.published and p.published_on is not null
               when 'returned' then v.outcome = 'returned' and v.answered_at is null
               else true
           end
       and ($4::uuid[] is null or p.id = any($4))
       and ($5::uuid is null or (p.created_at, p.id) < (select a.created_at, a.id from product a where a.id = $5))
     order by p.created_at desc, p.id desc
     limit $6
""")  # fmt: skip

# By name: what a ZIP's files are matched on.
models = Query(ListedProduct, """
    /* console.models */
    select p.id, p.model, p.name, p.name_en, p.photo_sha256, 0::bigint as gtins, p.published, false as draft,
           false as returned, false as coded
      from product p where p.enterprise_id = $1 order by p.model limit 10000
""")  # fmt: skip

is_draft = Value("/* console.is_draft */ select not published and published_on is null from product where id = $1")

has_code = Value(f"/* console.has_code */ select {_CODED} from product p where p.id = $1")

standing = Query(Standing, """
    /* console.standing */
    select r.confirmation_number, r.confirmed_on as recognised_on, s.number as standard_number,
           s.title as standard_title, s.title_en as standard_title_en, c.number as certificate_number,
           b.name as certificate_body, b.name_en as certificate_body_en, c.valid_until as certificate_valid_until
      from recognised_product x
      join recognition r on r.id = x.recognition_id
      join standard s on s.id = x.standard_id
      left join certificate c on c.id = x.certificate_id
      left join certification_body b on b.id = c.body_id
     where x.product_id = $1
     order by r.confirmed_on desc, r.id limit 1
""")  # fmt: skip

# What needs doing.

returned = Query(Returned, f"""
    /* console.returned */
    select p.id, p.model, p.name, p.name_en, v.bureau, v.reasons, v.reasons_en, v.reviewed_at
      from product p {_LAST_REVIEW}
     where p.enterprise_id = $1 and v.outcome = 'returned' and v.answered_at is null
     order by v.reviewed_at
     limit 50
""")  # fmt: skip

# In force or not, as long as a product still stands on them: $2 is the day that counts as soon.
ending_certificates = Query(EndingCertificate, """
    /* console.ending_certificates */
    select c.number, b.name as body, b.name_en as body_en, c.valid_until, c.state
      from certificate c join certification_body b on b.id = c.body_id
     where c.enterprise_id = $1 and (c.valid_until <= $2 or c.state <> 'valid')
       and exists (select from recognised_product x where x.certificate_id = c.id)
     order by c.valid_until, c.number
     limit 50
""")  # fmt: skip

reports_by_shoppers = Value("""
    /* console.reports_by_shoppers */
    select count(*) from consumer_report c join gtin g on g.gtin = c.gtin join product p on p.id = g.product_id
     where p.enterprise_id = $1 and c.status in ('new', 'in_work')
""")

# Recognised and not revoked or withdrawn on the day $1: what must carry a code (REQ-002).
_RECOGNISED = """
      select p.id, p.model, p.name, p.name_en, p.enterprise_id, min(r.confirmed_on) as confirmed_on
        from product p
        join recognised_product x on x.product_id = p.id
        join recognition r on r.id = x.recognition_id
       where not exists (select from sanction s
                          where s.ended_on is null and s.effective_on <= $1
                            and (s.kind = 'recognition_revoked' and s.enterprise_id = p.enterprise_id
                                 or s.kind = 'authorisation_withdrawn' and s.product_id = p.id))
       group by p.id
"""

# Those without a code in use, the longest waiting first. $2: of this enterprise; $3: of regions whose
# code begins so; $4: this product.
uncoded = Query(Coded, f"""
    /* console.uncoded */
    select p.id, p.model, p.name, p.name_en, e.name as enterprise, e.name_en as enterprise_en, e.telephone,
           e.region_code::text as region_code, w.name as region, p.confirmed_on,
           (select max(m.reminded_at) from code_reminder m where m.product_id = p.id) as reminded_at
      from ({_RECOGNISED}) p
      join enterprise e on e.id = p.enterprise_id
      join region w on w.code = e.region_code
     where not {_CODED}
       and ($2::uuid is null or p.enterprise_id = $2)
       and ($3::text is null or e.region_code like $3 || '%')
       and ($4::uuid is null or p.id = $4)
     order by p.confirmed_on, p.id
     limit 200
""")  # fmt: skip

coverage = Query(County, f"""
    /* console.coverage */
    select e.region_code::text as region_code, w.name as region, count(*) as recognised,
           count(*) filter (where {_CODED}) as coded
      from ({_RECOGNISED}) p
      join enterprise e on e.id = p.enterprise_id
      join region w on w.code = e.region_code
     where $2::text is null or e.region_code like $2 || '%'
     group by e.region_code, w.name
     order by e.region_code
""")  # fmt: skip

take_turn = Value("/* console.take_turn */ select pg_advisory_xact_lock(hashtextextended($1::text, 3))::text")

mail_owners = Value("/* console.mail_owners */ select mail_owners($1, $2, $3, $4, $5)")

insert_reminder = Act("""
    /* console.insert_reminder */
    insert into code_reminder (product_id, bureau, reminded_by, mails) values ($1, $2, $3, $4)
""")

# Bureaus.

counts = Query(Counts, f"""
    /* console.counts */
    select count(*) filter (where p.published) as published,
           count(*) filter (where p.published and v.id is null) as unreviewed,
           count(*) filter (where p.published and v.outcome = 'returned' and v.answered_at is not null) as answered,
           (select count(*) from ({_RECOGNISED}) p) as recognised,
           (select count(*) from ({_RECOGNISED}) p where {_CODED}) as coded
      from product p {_LAST_REVIEW}
""")  # fmt: skip

_PUBLISHED_PAGE = f"""
    select p.id, p.model, p.name, p.name_en, e.name as enterprise, e.name_en as enterprise_en, w.name as region,
           p.published_on, v.outcome, v.reviewed_at, v.answered_at
      from product p
      join enterprise e on e.id = p.enterprise_id
      join region w on w.code = e.region_code {_LAST_REVIEW}
     where p.published
"""

# A sample that the same seed gives again: $1 seed, $2 how many, $3 only pages nobody reviewed.
sample = Query(PublishedPage, f"""
    /* console.sample */
    {_PUBLISHED_PAGE} and (not $3 or v.id is null)
     order by md5($1 || p.id::text)
     limit $2
""")  # fmt: skip

answered_pages = Query(PublishedPage, f"""
    /* console.answered_pages */
    {_PUBLISHED_PAGE} and v.outcome = 'returned' and v.answered_at is not null
     order by v.answered_at
     limit 50
""")  # fmt: skip

reviews = Query(Review, """
    /* console.reviews */
    select r.id, r.bureau, r.outcome, r.reasons, r.reasons_en, r.reviewed_at, a.answer, a.answered_at
      from page_review r left join page_answer a on a.review_id = r.id
     where r.product_id = $1
     order by r.reviewed_at desc, r.id
""")  # fmt: skip

insert_review = Act("""
    /* console.insert_review */
    insert into page_review (product_id, bureau_id, bureau, reviewer, outcome, reasons, reasons_en)
    values ($1, $2, $3, $4, $5, $6, $7)
""")

insert_answer = Value("""
    /* console.insert_answer */
    insert into page_answer (review_id, product_id, answer, answered_by) values ($1, $2, $3, $4)
    on conflict (review_id) do nothing
    returning review_id
""")

# Certification bodies.

# $2: only this product; $1 the body, null for the platform.
confirmable = Query(Confirmable, """
    /* console.confirmable */
    select p.id, p.model, p.name, p.name_en, e.name as enterprise, e.name_en as enterprise_en,
           (select count(*) from key_indicator x where x.product_id = p.id) as indicators,
           (select count(*) from test_report t where t.product_id = p.id) as test_reports, c.confirmed_on,
           coalesce(c.holds, false) as holds
      from product p
      join enterprise e on e.id = p.enterprise_id
      cross join lateral (
          select max(x.confirmed_on) as confirmed_on, bool_or(x.digest = indicators_digest(x.product_id)) as holds
            from indicator_confirmation x where x.product_id = p.id and x.body_id = $1
      ) c
     where ($2::uuid is null or p.id = $2)
       and exists (select from key_indicator x where x.product_id = p.id)
       and exists (select from certificate f
                    where f.enterprise_id = p.enterprise_id and ($1::uuid is null or f.body_id = $1))
     order by coalesce(c.holds, false), p.created_at, p.id
     limit 200
""")  # fmt: skip

confirmation_standing = Query(ConfirmationStanding, """
    /* console.confirmation_standing */
    select encode(indicators_digest(p.id), 'hex') as digest,
           exists (select from certificate c where c.enterprise_id = p.enterprise_id and c.body_id = $2
                      and c.state = 'valid' and c.valid_until >= $3) as certified
      from product p where p.id = $1
""")  # fmt: skip

insert_confirmation = Value("""
    /* console.insert_confirmation */
    insert into indicator_confirmation (product_id, body_id, test_report_id, digest, confirmed_on, certifier)
    values ($1, $2, $3, decode($4, 'hex'), $5, $6)
    on conflict (product_id, body_id, digest) do nothing
    returning id
""")

confirmations = Query(Confirmation, """
    /* console.confirmations */
    select b.name as body, b.name_en as body_en, c.certifier, t.number as report, c.confirmed_on,
           c.digest = indicators_digest(c.product_id) as holds
      from indicator_confirmation c
      join certification_body b on b.id = c.body_id
      join test_report t on t.id = c.test_report_id
     where c.product_id = $1
     order by c.created_at desc, c.id
     limit 50
""")  # fmt: skip

# History.

# $1 tables, $2 keys of their rows, $3 older than this id, $4 how many acts; an act's rows come together.
changes = Query(Changed, """
    /* console.changes */
    with asked as (
        select h.id, coalesce(h.xact, -h.id) as act, h.relation, h.operation, h.changed_at, h.actor, h.before, h.after
          from history h
         where h.relation = any($1::text[]) and h.row_key = any($2::text[]) and ($3::bigint is null or h.id < $3)
    ), newest as (
        select act, max(id) as last from asked group by act order by last desc limit $4
    )
    select a.id, a.act, a.relation, a.operation, a.changed_at, a.actor, a.before::text as before, a.after::text as after
      from asked a join newest n on n.act = a.act
     order by n.last desc, a.id
""")  # fmt: skip

# What the fields of a product's history refer to.
names = Query(Named, """
    /* console.names */
    select t.id::text as id, t.number as name from test_report t where t.product_id = $1
    union all
    select o.id::text, o.model from product o join product p on p.enterprise_id = o.enterprise_id where p.id = $1
    union all
    select s.id::text, s.number from standard s
     where s.id in (select x.standard_id from recognised_product x where x.product_id = $1)
    union all
    select c.id::text, c.number from certificate c
     where c.id in (select x.certificate_id from recognised_product x where x.product_id = $1)
""")  # fmt: skip

# Imports.

forget_imports = Act("""
    /* console.forget_imports */
    delete from pending_import
     where enterprise_id = $1
       and (created_at < now() - interval '1 day'
            or id in (select x.id from pending_import x where x.enterprise_id = $1 order by x.created_at desc offset 4))
""")

keep_import = Value("""
    /* console.keep_import */
    insert into pending_import (enterprise_id, kind, name, content) values ($1, $2, $3, $4) returning id
""")

pending_import = Query(Pending, """
    /* console.pending_import */
    select id, kind, name, content from pending_import where id = $1 and created_at > now() - interval '1 day'
""")  # fmt: skip

drop_import = Act("/* console.drop_import */ delete from pending_import where id = $1")

enterprise_of = Value("/* console.enterprise_of */ select enterprise_id from product where id = $1")

published_count = Value(
    "/* console.published_count */ select count(*) from product where enterprise_id = $1 and published"
)

digest_of = Value("/* console.digest_of */ select encode(indicators_digest($1), 'hex')")
