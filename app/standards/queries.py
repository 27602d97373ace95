"""SQL of the standards register."""

# Over the row st (standard) of the facts statement, null where no recognition names one.
FACTS = {
    "standard": """case when st.id is not null then jsonb_build_object(
        'id', st.id, 'number', st.number, 'registration_number', st.registration_number, 'level', st.level,
        'title', st.title, 'title_en', st.title_en, 'register_url', st.register_url, 'as_of', st.as_of,
        'successor_number', (select n.number from standard n where n.id = st.successor_id)) end""",
}

STATUS = {
    "standard_number": "st.number",
    "standard_state": "st.state",
    "standard_state_on": "st.state_on",
}

KEYS = ["'s:' || st.id", "'s:' || st.successor_id"]
