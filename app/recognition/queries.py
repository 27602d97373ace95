"""SQL of recognition: confirmations, the models they cover, sanctions."""

# Over the rows of the facts statement: rp (recognised_product) and r (recognition), both null
# where no recognition is on record, p (product), e (enterprise).
FACTS = {
    "recognition": """case when r.id is not null then jsonb_build_object(
        'id', r.id, 'route', r.route, 'confirmation_number', r.confirmation_number, 'confirmed_on', r.confirmed_on,
        'declaration_url', r.declaration_url, 'basis', r.basis, 'announcement_url', r.announcement_url, 'as_of', r.as_of) end""",
}

_SANCTION = """jsonb_build_object('id', s.id, 'effective_on', s.effective_on, 'reason', s.reason, 'reason_en', s.reason_en,
        'measure', s.measure, 'measure_en', s.measure_en,
        'announcement_number', s.announcement_number, 'announcement_url', s.announcement_url)"""

STATUS = {
    "recognised": "r.id is not null",
    "revocation": f"""(select {_SANCTION} from sanction s where s.kind = 'recognition_revoked' and s.enterprise_id = e.id
        and s.ended_on is null order by s.effective_on, s.id limit 1)""",
    "withdrawal": f"""(select {_SANCTION} from sanction s where s.kind = 'authorisation_withdrawn' and s.product_id = p.id
        and s.ended_on is null order by s.effective_on, s.id limit 1)""",
    "measures": f"""(select coalesce(jsonb_agg({_SANCTION} order by s.effective_on, s.id), '[]') from sanction s
        where s.kind = 'measure' and s.product_id = p.id and s.ended_on is null)""",
}

KEYS = ["'r:' || r.id"]
