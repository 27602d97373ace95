"""SQL of the catalogue: enterprises, products, indicators, commitments."""

# What the catalogue gives the scan's facts statement (composed by app.scanning.queries): members
# of the snapshot as SQL expressions over the rows g (gtin), p (product) and e (enterprise).
FACTS = {
    "product": """jsonb_build_object(
        'id', p.id, 'brand', p.brand, 'brand_en', p.brand_en, 'name', p.name, 'name_en', p.name_en, 'model', p.model,
        'mark_variant', p.mark_variant, 'features', p.features, 'features_en', p.features_en,
        'demonstration', p.demonstration, 'as_of', p.as_of)""",
    "photo": """(select jsonb_build_object('sha256', ph.sha256, 'width', ph.width, 'height', ph.height)
        from photo ph where ph.sha256 = p.photo_sha256)""",
    "enterprise": """jsonb_build_object(
        'id', e.id, 'uscc', e.uscc, 'name', e.name, 'name_en', e.name_en, 'telephone', e.telephone, 'website', e.website,
        'as_of', e.as_of, 'place', (
            select string_agg(r.name, '' order by r.code) from region r
             where r.code = e.region_code or (r.code = (select parent from region where code = e.region_code) and r.parent is not null)))""",
    "indicators": """(select coalesce(jsonb_agg(jsonb_build_object(
        'name', k.name, 'name_en', k.name_en, 'unit', k.unit, 'sense', k.sense, 'product_value', k.product_value,
        'zhejiang_made', case when k.zhejiang_made_limit is not null
            then jsonb_build_object('value', k.zhejiang_made_limit, 'reference', null) end,
        'national', case when k.national_reference is not null
            then jsonb_build_object('value', k.national_limit, 'reference', k.national_reference) end,
        'industry', case when k.industry_reference is not null
            then jsonb_build_object('value', k.industry_limit, 'reference', k.industry_reference) end,
        'international', case when k.international_reference is not null
            then jsonb_build_object('value', k.international_limit, 'reference', k.international_reference) end
        ) order by k.position), '[]') from key_indicator k where k.product_id = p.id)""",
    "report": """(select jsonb_build_object('number', t.number, 'laboratory', t.laboratory,
        'laboratory_en', t.laboratory_en, 'issued_on', t.issued_on)
        from test_report t where t.product_id = p.id order by t.issued_on desc, t.id limit 1)""",
    "commitment": """(select jsonb_build_object('text', q.text, 'text_en', q.text_en, 'remedy', q.remedy,
        'remedy_en', q.remedy_en, 'telephone', q.telephone, 'valid_from', q.valid_from, 'as_of', q.as_of)
        from quality_commitment q where q.product_id = p.id)""",
    "successor": """(select jsonb_build_object('gtin', sg.gtin, 'name', sp.name, 'name_en', sp.name_en, 'model', sp.model)
        from product sp join gtin sg on sg.product_id = sp.id
       where sp.id = p.successor_id and sp.published order by sg.gtin limit 1)""",
}

STATUS = {"edible": "p.edible"}
"""Members of the snapshot's `status`."""

KEYS = ["'p:' || p.id", "'e:' || e.id", "'p:' || p.successor_id"]
"""Names on the facts clock that the members above rest on."""
