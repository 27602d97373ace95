"""SQL of certification: bodies and certificates."""

# Over the row ct (certificate) of the facts statement, null where the route needs none.
FACTS = {
    "certificate": """case when ct.id is not null then (select jsonb_build_object(
        'id', ct.id, 'number', ct.number, 'body', cb.name, 'body_en', cb.name_en, 'valid_from', ct.valid_from,
        'valid_until', ct.valid_until, 'register_url', ct.register_url, 'as_of', ct.as_of)
        from certification_body cb where cb.id = ct.body_id) end""",
}

STATUS = {
    "certificate_state": "ct.state",
    "certificate_state_on": "ct.state_on",
    "certificate_valid_until": "ct.valid_until",
}

KEYS = ["'c:' || ct.id"]
