"""The JSON API keeps what its description promises, whatever is sent: generated requests against a real server.

Half of what is sent is made from the description alone, right or wrong on purpose; the other half names real records
and begins with the example of the description. ZPM_CASES says how many an operation gets (20; 500 in CI).
"""

import json
import os
import random
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec import Struct, structs
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.app.commands.conftest import environment, short_folder, starting
from tests.app.console_keys import make_key
from tests.app.known_records import Known, Speaker, files_for, filled, gather, varied
from tests.app.service import problem

CASES = int(os.environ.get("ZPM_CASES") or (500 if os.environ.get("CI") == "true" else 20))
SHARES = min(4, os.cpu_count() or 1)
SEED = int(os.environ.get("ZPM_SEED") or 20261123)
WAIT_S = 60
PROMISES = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
LAST = ("archive", "close", "end", "remove", "revoke", "withdraw", "undo", "unvoid", "set", "open", "impose", "void")
"""Operations that end what others need come last, by the first word of their name."""
REGISTERS = frozenset(
    {"catalogue", "standards", "certification", "recognition", "organisations", "people", "keys", "audit"}
)


class Service(Struct, frozen=True):
    """A server of the demonstration, its two keys, and real records of it."""

    base: str
    own: str
    platform: str
    description: dict[str, Any]
    known: Known
    errors: list[str]

    def broken(self) -> list[str]:
        return [line for line in self.errors if " ERROR " in line]


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with short_folder() as path, starting(path) as start:
        up = start(env=environment(ZPM_KEY_RATE="1000000"))
        assert up.uri
        own, platform = make_key(up.base, "owner", "schemathesis"), (up.data / "api.key").read_text().strip()
        described = up.get("/api/openapi/openapi.json").json()
        known = gather(Speaker(up.base, own), Speaker(up.base, platform))
        yield Service(up.base, own, platform, described, known, up.errors)


class Prober:
    """Sends cases of one operation with one key and gathers every promise that was broken."""

    def __init__(self, service: Service, key: str) -> None:
        self.service = service
        self.broken: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Authorization": f"Bearer {key}"})

    def probe(self, operation: Any) -> None:
        """Every case is sent twice: as it was made, and naming real records. Making one costs more than the answer."""
        raw = operation.definition.raw
        content = (raw.get("requestBody") or {}).get("content", {}).get("application/json")
        example = content["examples"]["usual"]["value"] if content else None
        modes = [operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
        before = self.statuses.total()

        @seed(SEED)
        @settings(
            max_examples=-(-CASES // 2), deadline=None, phases=[Phase.generate], database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.one_of(modes), st.integers(0, 2**32))
        def send(case: Any, number: int) -> None:
            self._send(case, [*PROMISES, negative_data_rejection] if _wrong_in_body_alone(case) else PROMISES)
            self._reach_further(case, raw["operationId"], example, random.Random(number))
            self._send(case, PROMISES)

        send()
        assert self.statuses.total() - before >= CASES, operation.label

    def _send(self, case: Any, promises: list[Any]) -> None:
        answer = case.call(base_url=self.service.base, session=self.session, timeout=WAIT_S)
        self.statuses[answer.status_code] += 1
        told_to_wait = answer.status_code == 503 and b"manifest-not-yet" in answer.content
        try:
            case.validate_response(answer, checks=promises[told_to_wait:])
        except FailureGroup as group:
            for one in group.exceptions:
                told = f"{case.operation.label}: {type(one).__name__}: {answer.status_code}"
                self.broken.setdefault(told, f"{one}\n{case.as_curl_command()}\n{answer.text[:400]}")

    def _reach_further(self, case: Any, operation: str, example: Any, chance: random.Random) -> None:
        known = self.service.known
        case.path_parameters = filled(dict(case.path_parameters), known, chance, 0.95)
        case.query = filled(dict(case.query), known, chance, 0.8)
        if example is not None:
            case.body = varied(example, case.body, known, chance)
        elif (file := files_for(operation, known, chance)) is not None:
            case.body = file


def _wrong_in_body_alone(case: Any) -> bool:
    """An address of another shape is another address (404), and unknown words in a query are passed over."""
    components = {} if case.meta is None else case.meta.components
    wrong = [str(place.value) for place, one in components.items() if one.mode is GenerationMode.NEGATIVE]
    return wrong == ["body"] and case.media_type == "application/json"


def operations(service: Service, tags: frozenset[str] | None = None) -> list[Any]:
    """Of these tags or all; those that end something last. The key is ours to send, not theirs to guess."""
    paths = {
        path: {method: {**one, "security": []} for method, one in item.items()}
        for path, item in service.description["paths"].items()
    }
    schema = schemathesis.openapi.from_dict(service.description | {"paths": paths}, config=SchemathesisConfig())
    found = [one.ok() for one in schema.get_all_operations()]
    wanted = [one for one in found if tags is None or tags & set(one.definition.raw.get("tags", ()))]
    return sorted(wanted, key=lambda one: one.definition.raw["operationId"].partition("_")[0] in LAST)


class Told(Struct, frozen=True):
    """What became of one share of the operations."""

    statuses: Counter[int]
    broken: dict[str, str]


def probe_share(service: Service, key: str, tags: frozenset[str] | None, share: int) -> Told:
    """Every so-manieth operation, in a process of its own: to make a request costs more than to answer it."""
    prober = Prober(service, key)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is said of generated data is not about us
        for operation in operations(service, tags)[share::SHARES]:
            prober.probe(operation)
    return Told(prober.statuses, prober.broken)


def kept(service: Service, key: str, tags: frozenset[str] | None = None) -> Counter[int]:
    with ProcessPoolExecutor(SHARES, mp_context=get_context("spawn")) as pool:
        plain = structs.replace(service, errors=[])
        shares = [pool.submit(probe_share, plain, key, tags, share) for share in range(SHARES)]
        told = [share.result() for share in shares]
    broken = [f"{what}\n{how}" for one in told for what, how in one.broken.items()]
    assert not broken, f"seed {SEED}\n" + "\n\n".join(broken)
    assert not service.broken()
    return sum((one.statuses for one in told), Counter())


@pytest.mark.slow
def test_every_example_is_accepted_or_refused_with_a_named_code(service: Service) -> None:
    told: dict[str, str] = {}
    with httpx.Client(base_url=service.base, trust_env=False, timeout=WAIT_S) as client:
        for operation in operations(service):
            raw = operation.definition.raw
            if content := (raw.get("requestBody") or {}).get("content", {}).get("application/json"):
                send = partial(_sent, client, service, operation, _moved(content["examples"]["usual"]["value"]))
                said = [send(attempt) for attempt in range(ATTEMPTS)]
                told[raw["operationId"]] = "accepted" if "accepted" in said else " ".join(sorted(set(said)))
    refused = {name: codes for name, codes in told.items() if codes != "accepted"}
    # The recall was opened today; nobody has looked at the item yet.
    assert refused == {"close_recall": "closed-before-opened", "hold_suspect": "not-checked-often"}, refused


ATTEMPTS = 8
"""With other records each time: not every standard is in force, not every person may lose a role."""
OURS = frozenset({"gtin", "uscc", "level", "number"})
"""What an example names itself, for a record that is not there yet."""


def _moved(example: Any) -> Any:
    """Its days as far from today as they are from the day it was written for; the demonstration's move too."""
    by = datetime.now(UTC).date() - date(2026, 11, 23)

    def moved(match: re.Match[str]) -> str:
        return f"{match[1]}{date.fromisoformat(match[2]) + by}"

    days = r'("(?:on|ended_on|effective_on|made_on|valid_from|valid_until)": ")([0-9-]{10})'
    return json.loads(re.sub(days, moved, json.dumps(example)))


def _sent(client: httpx.Client, service: Service, operation: Any, example: Any, attempt: int) -> str:
    """By the enterprise, or by the platform what is the platform's to do."""
    known = {name: [values[attempt % len(values)]] for name, values in service.known.items()}
    body = filled(example, {name: one for name, one in known.items() if name not in OURS}, random.Random(1))
    path = operation.path
    for name, (value,) in known.items():
        path = path.replace(f"{{{name}}}", str(value))
    for key in (service.own, service.platform):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "example"}
        answer = client.request(operation.method, path, json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code < 300:
            return "accepted"
        if answer.status_code != 403:
            break
    return str(problem(answer)["code"])


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_the_api_keeps_its_promises_to_an_enterprise(service: Service) -> None:
    statuses = kept(service, service.own)
    assert {200, 201, 400, 403, 404, 409} <= set(statuses)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_the_registers_keep_their_promises_to_the_platform(service: Service) -> None:
    statuses = kept(service, service.platform, REGISTERS)
    assert {200, 201, 400, 404, 409} <= set(statuses)
