"""The cast of the page tests: one product with eight indicators, its batch, and others beside it."""

from datetime import UTC, date, datetime

from app.scanning.shapes import (
    BatchFacts,
    Certificate,
    Commitment,
    Enterprise,
    Indicator,
    Limit,
    Photo,
    Product,
    ProductFacts,
    Recognition,
    Standard,
    Successor,
    TestReport,
)
from codes.verdict import BatchStatus, ProductStatus

NOW = datetime(2026, 11, 22, 13, 4, tzinfo=UTC)
GTIN = "06901234567892"
SERIAL = "18YR9ZDCYNA3EFHA15FZ"
AS_OF = date(2026, 6, 18)


def indicator(name, name_en, unit, sense, value, made, national, reference, international=None):
    return Indicator(
        name=name,
        name_en=name_en,
        unit=unit,
        sense=sense,
        product_value=value,
        zhejiang_made=Limit(value=made, reference="T/ZZB 演示-0001"),
        national=Limit(value=national, reference=reference),
        industry=None,
        international=international,
    )


HOOD = "GB/T 17713-2011"
INDICATORS = (
    indicator("全压效率", "Total-pressure efficiency", "%", "ge", "26", "24", "15", HOOD),
    indicator("常态气味降低度", "Odour reduction, normal", "%", "ge", "97", "95", "90", HOOD),
    indicator("油脂分离度", "Grease separation", "%", "ge", "95", "92", "80", HOOD),
    indicator("A 计权声功率级", "Sound power level, A-weighted", "dB", "le", "66", "68", "73", HOOD),
    indicator("待机功率", "Standby power", "W", "le", "0.4", "0.5", "2.0", "GB 29539-2013"),
    indicator("电机绕组温升", "Temperature rise of the winding", "K", "le", "60", "65", "75", "GB 4706.28-2008"),
    indicator("瞬时气味降低度", "Odour reduction, instant", "%", "ge", "62", "60", "50", HOOD),
    indicator("整机耐久", "Endurance, whole unit", "h", "ge", "6000", "5000", "3000", HOOD),
)
SAW = (
    indicator("电池循环 300 次容量保持率", "Capacity after 300 cycles", "%", "ge", "85", "80", None, None),
    indicator("清洗水温", "Wash water temperature", "℃", "range", "35–39", "35–40", "35–42", "GB/T 34549"),
    indicator("防水等级", "Ingress protection", "IP", "grade", "IPX4", "IPX4", "IPX4", "GB 4706.53"),
    indicator("内胆材料", "Inner wall", "—", "text", "06Cr17Ni12Mo2", "06Cr17Ni12Mo2", "06Cr19Ni10", "GB/T 29606"),
    indicator(
        "18 种多环芳烃总量",
        "Sum of 18 PAHs",
        "mg/kg",
        "le",
        "0.5",
        "1.0",
        None,
        None,
        Limit(value="1.0", reference="EU 1907/2006 附件XVII（8 种，各 ≤1）"),
    ),
)

STATUS = ProductStatus(
    recognised=True,
    certificate_state="valid",
    certificate_valid_until=date(2028, 5, 31),
    standard_number="T/ZZB 演示-0001",
    standard_state="in_force",
)

FACTS = ProductFacts(
    v=1,
    keys=(),
    gtin=GTIN,
    product=Product(
        id="9c1f6c2e-0000-4000-8000-000000000001",
        brand="演示牌",
        brand_en="Yanshi",
        name="家用吸油烟机",
        name_en="Household range hood",
        model="CXW-200-X1",
        mark_variant="zhejiang_made",
        features=("机身右侧的激光铭牌", "油杯底部的凸字“演示”"),
        features_en=("laser-marked plate on the right side", 'raised "演示" under the oil cup'),
        demonstration=True,
        as_of=AS_OF,
    ),
    photo=Photo(sha256="ab" * 32, width=320, height=320),
    enterprise=Enterprise(
        id="9c1f6c2e-0000-4000-8000-000000000002",
        uscc="91330282MA2DEMO01X",
        name="演示厨电有限公司",
        name_en="Yanshi Kitchen Appliances Co., Ltd.",
        place="宁波市慈溪市",
        telephone="0574-00000000",
        website=None,
        as_of=AS_OF,
    ),
    recognition=Recognition(
        id="9c1f6c2e-0000-4000-8000-000000000003",
        route="certification",
        confirmation_number="演示 2025-0042",
        confirmed_on=date(2025, 6, 18),
        declaration_url=None,
        basis=None,
        announcement_url="https://zjamr.example/2025/42",
        as_of=date(2026, 11, 20),
    ),
    standard=Standard(
        id="9c1f6c2e-0000-4000-8000-000000000004",
        number="T/ZZB 演示-0001",
        registration_number="ZZB T0001-2025",
        level="group",
        title="家用吸油烟机",
        title_en="Household range hood",
        register_url="https://standards.example/T0001",
        successor_number=None,
        as_of=date(2026, 11, 20),
    ),
    certificate=Certificate(
        id="9c1f6c2e-0000-4000-8000-000000000005",
        number="演示-2025-0042",
        body="演示认证有限公司",
        body_en="Yanshi Certification Ltd.",
        valid_from=date(2025, 6, 1),
        valid_until=date(2028, 5, 31),
        register_url="https://body.example/0042",
        as_of=date(2026, 11, 1),
    ),
    indicators=INDICATORS,
    report=TestReport(
        number="演示-JC-2026-0311",
        laboratory="演示检测中心",
        laboratory_en="Yanshi Testing Centre",
        issued_on=date(2026, 3, 2),
    ),
    commitment=Commitment(
        text="整机保修五年；安装后三十日内出现质量问题，免费更换。",
        text_en="Five years' warranty on the whole unit; replaced free of charge if it fails within 30 days.",
        remedy="二十四小时内答复，七日内上门；逾期每日补偿十元。",
        remedy_en="An answer within 24 hours, a visit within seven days; ten yuan for each day of delay.",
        telephone="400-000-0000",
        valid_from=date(2026, 1, 1),
        as_of=AS_OF,
    ),
    successor=None,
    status=STATUS,
)

SUCCESSOR = Successor(gtin="06901234567809", name="家用吸油烟机", name_en="Household range hood", model="CXW-260-X2")

LOT = BatchStatus(lot="260912A", made_on=date(2026, 9, 12))
BATCH = BatchFacts(v=1, keys=(), batch=7, epoch=1, gtin=GTIN, count=1200, status=LOT)
