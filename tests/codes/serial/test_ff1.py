"""Against the samples of NIST and, for everything else, against `libffx` as the oracle."""

from random import Random

import ffx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.serial.alphabet import SYMBOLS, encode
from codes.serial.ff1 import FF1, NUMERALS, RADIX, RIGHT, RIGHT_BITS, Permutation
from codes.serial.rounds import Rounds

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
KEY = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94")
DECIMAL, LETTERS = "0123456789", "0123456789abcdefghi"
TEN, ELEVEN = bytes.fromhex("39383736353433323130"), bytes.fromhex("3737373770717273373737")

# https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values, FF1samples.pdf 1–9:
# key bytes, radix, tweak, plain, cipher
SAMPLES = [
    (16, 10, b"", DECIMAL, "2433477484"),
    (16, 10, TEN, DECIMAL, "6124200773"),
    (16, 36, ELEVEN, LETTERS, "a9tv40mll9kdu509eum"),
    (24, 10, b"", DECIMAL, "2830668132"),
    (24, 10, TEN, DECIMAL, "2496655549"),
    (24, 36, ELEVEN, LETTERS, "xbj3kv35jrawxv32ysr"),
    (32, 10, b"", DECIMAL, "6657667009"),
    (32, 10, TEN, DECIMAL, "1001623463"),
    (32, 36, ELEVEN, LETTERS, "xs8a0azh2avyalyzuwd"),
]

keys = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(("key_bytes", "radix", "tweak", "plain", "cipher"), SAMPLES)
def test_the_samples_of_nist(key_bytes, radix, tweak, plain, cipher):
    ff1 = FF1(KEY[:key_bytes], radix, len(plain), tweak)
    assert ff1.encipher(int(plain, radix)) == int(cipher, radix)
    assert ff1.decipher(int(cipher, radix)) == int(plain, radix)


@settings(deadline=None)
@given(keys, st.integers(2, 36), st.integers(20, 90), st.binary(max_size=40), st.randoms(use_true_random=False))
def test_any_radix_length_and_tweak(key, radix, length, tweak, random):
    plain = "".join(random.choices(DIGITS[:radix], k=length))
    cipher = ffx.FF1(key, radix=radix).encrypt(plain, tweak=tweak)
    ff1 = FF1(key, radix, length, tweak)
    assert ff1.encipher(int(plain, radix)) == int(cipher, radix)
    assert ff1.decipher(int(cipher, radix)) == int(plain, radix)


@settings(deadline=None)
@given(keys, st.binary(max_size=8), st.integers(0, 2**95 - 1))
def test_the_short_form_is_the_same_permutation(key, tweak, number):
    permutation, left, right = Permutation(key, tweak), number >> RIGHT_BITS, number & RIGHT
    cipher = permutation.encipher(left, right)
    assert cipher[0] << RIGHT_BITS | cipher[1] == FF1(key, RADIX, NUMERALS, tweak).encipher(number)
    assert permutation.decipher(*cipher) == (left, right)


def test_a_hundred_thousand_numbers_against_the_oracle():
    random = Random(95)
    key, tweak, numbers = random.randbytes(32), b"ZPM1\1", [random.getrandbits(95) for _ in range(100_000)]
    oracle = ffx.FF1(key, alphabet=SYMBOLS)
    expected = [oracle.encrypt(encode(number)[1:], tweak=tweak) for number in numbers]

    permutation = Permutation(key, tweak)
    pairs = [(number >> RIGHT_BITS, number & RIGHT) for number in numbers]
    ciphers = [permutation.encipher(*pair) for pair in pairs]
    assert [encode(left << RIGHT_BITS | right)[1:] for left, right in ciphers] == expected

    left, right = np.array(pairs, np.uint64).T.copy()
    rounds = Rounds(permutation, len(numbers))
    rounds.encipher(left, right)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == ciphers
    rounds.decipher(left, right)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == pairs


def test_what_ff1_is_not_made_for_is_an_error():
    assert FF1(KEY, 10, 6).decipher(FF1(KEY, 10, 6).encipher(999_999)) == 999_999
    with pytest.raises(ValueError, match="domain of at least"):
        FF1(KEY, 10, 5)
    for number in (-1, 10**6):
        with pytest.raises(ValueError, match="more numerals"):
            FF1(KEY, 10, 6).encipher(number)
        with pytest.raises(ValueError, match="more numerals"):
            FF1(KEY, 10, 6).decipher(number)

    assert Permutation(KEY, bytes(8)).encipher(0, 0)
    with pytest.raises(ValueError, match="at most 8 bytes"):
        Permutation(KEY, bytes(9))
