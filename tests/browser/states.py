"""The states a page can show here, where each is found, and the words its headline must hold."""

import json
from pathlib import Path
from typing import NamedTuple

CATALOGUE = Path(__file__).parents[2] / "app" / "demo" / "catalogue.json"


class Due(NamedTuple):
    """What the page of a state must say in either language, and its HTTP status."""

    zh: str
    en: str
    http: int = 200


IN_FORCE = Due("这款产品的“浙江制造”品牌认定有效", "This model's recognition is in force")

STATES = {
    "valid_first": Due("此前没有消费者查询记录", "no earlier check"),
    "valid_first (food)": Due("此前没有消费者查询记录", "no earlier check"),
    "valid_repeat": Due("此前查询过 1 次", "checked once before"),
    "valid_batch": Due("这批产品的“浙江制造”品牌认定有效", "This batch's recognition is in force"),
    "void": Due("作废此码", "Cancelled by the maker"),
    "not_activated": Due("企业尚未登记启用", "not yet registered as in use"),
    "expired": Due("请勿食用", "do not eat"),
    "proof": Due("印刷样张", "print proof"),
    "other_product": Due("此码属于另一款产品", "belongs to another product"),
    "unknown": Due("没有查到这个码", "No record of this code"),
    "malformed": Due("编号不完整或有误", "Incomplete or mistyped code"),
    "recalled (lot)": Due("本批产品正在召回", "This batch is being recalled"),
    "product: suspended": Due("认证证书自", "Certificate suspended since"),
    "product: expired": Due("到期", "The certificate expired on"),
    "product: withdrawn_certificate": Due("被撤销", "The certificate was withdrawn on"),
    "product: cancelled_certificate": Due("注销", "The certificate was cancelled on"),
    "product: standard_cancelled": Due("被取消“浙江制造”标准认定", "lost its Zhejiang Made recognition"),
    "product: standard_abolished": Due("废止", "was abolished on"),
    "product: revoked": Due("品牌认定已于", "recognition was revoked on"),
    "product: authorisation_withdrawn": Due("授权已于", "use of the mark was withdrawn on"),
    "product: measure": Due("措施正在执行", "A regulatory measure is in force"),
    "product: not_recognised": Due("没有这款产品的有效认定记录", "No recognition in force on record"),
    "product: recalled": Due("本款产品正在召回", "This model is being recalled"),
    "product: recalled_lots": Due("这款产品有批次正在召回", "Some batches are being recalled"),
    "unregistered": Due("没有查到这个码", "No record of this code", 404),
    "no digital link": Due("编号不完整或有误", "Incomplete or mistyped code", 400),
}
for _name in json.loads(CATALOGUE.read_text())["products"]:
    STATES.setdefault(f"product: {_name}", IN_FORCE)

ELSEWHERE = {"unregistered": "/01/06900000009994", "no digital link": "/01/06900000000015"}
"""Paths that `zpm demo` does not list."""
CHANGED_BY_LOOKING = ("valid_first", "valid_first (food)", "valid_repeat")
"""Each look takes an item of its own."""
