"""What may stand on the register of certificates, and how a certificate's life goes on (ISO/IEC 17065 usage)."""

from datetime import date

from app.certification.shapes import Named, NewBody, NewCertificate
from app.edge import fields
from app.edge.refusals import Record, UnknownReference
from app.edge.states import Ways
from codes.errors import Refusal, refuse_all

# 撤销 (withdrawn) is imposed, 注销 (cancelled) is at the holder's wish; neither comes back.
WAYS: Ways = {
    "valid": ("suspended", "withdrawn", "cancelled"),
    "suspended": ("valid", "withdrawn", "cancelled"),
    "withdrawn": (),
    "cancelled": (),
}


def check_body(new: NewBody) -> None:
    refuse_all(list(fields.texts(new, {"name": fields.NAME, "name_en": fields.NAME})))


def check_certificate(new: NewCertificate, named: Named, today: date) -> list[Refusal]:
    references = (
        ("body_id", Record.BODY, named.body),
        ("enterprise_id", Record.ENTERPRISE, named.enterprise),
        ("standard_id", Record.STANDARD, named.standard),
    )
    return [
        *fields.texts(new, {"number": fields.NAME}),
        *fields.url("register_url", new.register_url),
        *fields.not_future("valid_from", new.valid_from, today),
        *fields.not_before("valid_until", new.valid_until, "valid_from", new.valid_from),
        *fields.not_future("as_of", new.as_of, today),
        *(
            UnknownReference(field=field, record=record, given=getattr(new, field))
            for field, record, exists in references
            if not exists
        ),
    ]
