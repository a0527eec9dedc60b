"""Telephone numbers, FIN, VÖEN and the shape of a search string."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.identifiers import (
    SHORT_NUMBERS,
    WARNINGS,
    fin,
    mask_email,
    mask_fin,
    mask_phone,
    mask_voen,
    phone,
    registration_number,
    shape,
    voen,
    voen_holder,
)

STEADY = settings(derandomize=True, max_examples=150, deadline=None)
NUMERIC_TEXT = st.text(st.sampled_from("0123456789 +()-./,;:xOABFIN№ÇM'\0\u202e"), max_size=25)


@pytest.mark.parametrize(
    "typed",
    [
        "0502123456",
        "050 212 34 56",
        "050/212-34-56",
        "050.212.34.56",
        "(050) 212-34-56",
        "[050] 212 34 56",
        "50 212 34 56",
        "+994502123456",
        "+994 (0)50 212 34 56",
        "00994 50 212 34 56",
        "994502123456",
        "+994\u00a050\u00a0212\u201334\u201356",
        "\u202a+994 50 212 34 56\u202c",
        "٠٥٠٢١٢٣٤٥٦",
        "tel: 050 212 34 56",
        "O50 212 34 56",
        "8 (050) 212 34 56",
        "810994502123456",
        "050 212 34 56/57",
        "050 212 34 56, 055 333 22 11",
    ],
)
def test_one_mobile_number_in_many_writings(typed: str) -> None:
    found = phone(typed)
    assert (found.e164, found.display, found.kind) == ("+994502123456", "050 212 34 56", "mobile")
    assert found.key == "+994502123456"


@pytest.mark.parametrize(
    ("typed", "e164", "display", "kind", "code", "extension"),
    [
        ("012 490 24 30", "+994124902430", "(012) 490 24 30", "fixed", "", ""),
        ("088 123 45 67", "+994881234567", "088 123 45 67", "toll_free", "", ""),
        ("+7 916 123-45-67", "+79161234567", "+7 916 123-45-67", "foreign", "", ""),
        ("7 916 123 45 67", "+79161234567", "+7 916 123-45-67", "foreign", "phone_foreign", ""),
        ("+90 212 555 12 34", "+902125551234", "+90 212 555 12 34", "foreign", "", ""),
        ("0124902430 ext 12", "+994124902430", "(012) 490 24 30 ext. 12", "fixed", "", "12"),
        ("0124902430 daxili 12", "+994124902430", "(012) 490 24 30 ext. 12", "fixed", "", "12"),
        ("0124902430 доб. 12", "+994124902430", "(012) 490 24 30 ext. 12", "fixed", "", "12"),
        ("490 24 30", "", "490 24 30", "local", "phone_no_area", ""),
        ("195", "", "195", "short", "phone_short", ""),
        ("195-1", "", "195", "short", "phone_short_choice", ""),
        ("031 123 45 67", "+994311234567", "+994 31 123 45 67", "unknown", "phone_unknown", ""),
        ("12", "", "12", "unknown", "phone_too_short", ""),
        ("05021234567890123", "", "05021234567890123", "unknown", "phone_too_long", ""),
        ("yoxdur", "", "yoxdur", "empty", "phone_empty", ""),
        ("", "", "", "empty", "phone_empty", ""),
    ],
)
def test_other_numbers(
    typed: str, e164: str, display: str, kind: str, code: str, extension: str
) -> None:
    found = phone(typed)
    assert (found.e164, found.display, found.kind) == (e164, display, kind)
    assert (found.hint_code, found.extension) == (code, extension)
    assert bool(found.hint) == bool(code)


def test_every_short_number_is_known() -> None:
    assert {"101", "102", "103", "112", "142", "193", "195", "881"} <= set(SHORT_NUMBERS)
    assert {phone(number).kind for number in SHORT_NUMBERS} == {"short"}
    assert phone("195").key == "195"


@pytest.mark.parametrize("code", ["10", "50", "51", "55", "99", "70", "77", "40", "44", "60"])
def test_every_mobile_code_is_known(code: str) -> None:
    assert phone(f"0{code} 312 34 56").kind == "mobile"


@STEADY
@given(st.one_of(st.text(), NUMERIC_TEXT))
def test_a_number_typed_in_any_way_is_kept(typed: str) -> None:
    found = phone(typed)
    assert found.hint_code in WARNINGS
    if found.e164:
        assert found.e164[0] == "+"
        assert phone(found.e164).e164 == found.e164


@pytest.mark.parametrize(
    ("typed", "value", "ok", "code"),
    [
        ("5ABC123", "5ABC123", True, ""),
        (" 5abc 123 ", "5ABC123", True, ""),
        ("5ABCo23", "5ABC023", True, "fin_o_to_zero"),
        ("5АВС123", "5ABC123", True, "fin_cyrillic"),
        ("5IBC123", "5IBC123", False, "fin_letter_i"),
        ("5iBC123", "5iBC123", False, "fin_letter_i"),
        ("5İBC123", "5İBC123", False, "fin_letter_i"),
        ("5ıBC123", "5ıBC123", False, "fin_letter_i"),
        ("5ƏBC123", "5ƏBC123", False, "fin_characters"),
        ("5ABC12", "5ABC12", False, "fin_length"),
        ("", "", True, ""),
    ],
)
def test_fin(typed: str, value: str, ok: bool, code: str) -> None:
    found = fin(typed)
    assert (found.value, found.ok, found.warning_code) == (value, ok, code)
    assert bool(found.warning) == bool(code)


@pytest.mark.parametrize(
    ("typed", "value", "ok", "code"),
    [
        ("1401555071", "1401555071", True, ""),
        ("9900003871", "9900003871", True, ""),
        ("1700038881", "1700038881", True, ""),
        ("VÖEN: 140 155 5071", "1401555071", True, ""),
        ("1234567891", "1234567891", False, "voen_checksum"),
        ("1401555073", "1401555073", False, "voen_kind"),
        ("14015550711", "14015550711", False, "voen_length"),
        ("14015A5071", "14015A5071", False, "voen_characters"),
        ("", "", True, ""),
    ],
)
def test_voen(typed: str, value: str, ok: bool, code: str) -> None:
    found = voen(typed)
    assert (found.value, found.ok, found.warning_code) == (value, ok, code)


def test_nine_digits_of_a_voen_get_their_zero_back() -> None:
    nine = next(
        f"{serial:08d}{check}1"[1:]
        for serial in range(100000, 100050)
        for check in range(10)
        if voen(f"{serial:08d}{check}1").ok
    )
    assert voen(nine).value == f"0{nine}"
    assert voen(nine).warning_code == "voen_padded"


def test_no_digit_fits_a_remainder_of_ten() -> None:
    unfit = [
        serial
        for serial in range(14000000, 14000100)
        if not any(voen(f"{serial}{check}1").ok for check in range(10))
    ]
    assert unfit
    assert voen(f"{unfit[0]}01").warning_code == "voen_checksum"


def test_holder_of_a_voen() -> None:
    assert [voen_holder(value) for value in ("1401555071", "1401555072", "", "123")] == [
        "legal",
        "natural",
        "",
        "",
    ]


def test_masks_show_only_the_ends() -> None:
    assert mask_phone("+994502123456") == "+994 50 ••• •• 56"
    assert mask_phone("+79161234567") == "+791••••••67"
    assert mask_phone("195") == "•••"
    assert mask_fin("5ABC123") == "5•••••3"
    assert mask_voen("1401555071") == "14••••••71"
    assert mask_email("ali.eliyev@example.az") == "a•••••••••@example.az"
    assert mask_email("a@example.az") == "•@example.az"
    assert mask_fin("") == mask_email("") == ""


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("cm 2026 123", "number", "ÇM-2026-000123"),
        ("cm2026123", "number", "ÇM-2026-000123"),
        ("ÇM2026000123", "number", "ÇM-2026-000123"),
        ("çm-2026-123", "number", "ÇM-2026-000123"),
        ("ЧМ 2026 123", "number", "ÇM-2026-000123"),
        ("ÇM\u20132026\u2013000123", "number", "ÇM-2026-000123"),
        ("№ ÇM-2026-000123.", "number", "ÇM-2026-000123"),
        ("2026-123", "number", "ÇM-2026-000123"),
        ("123/2026", "number", "ÇM-2026-000123"),
        ("2026000123", "number", "ÇM-2026-000123"),
        ("ÇM-2026-000123/1", "number", "ÇM-2026-000123/1"),
        ("ÇM-2026-1234567", "words", "ÇM-2026-1234567"),
        ("12.03.2026", "words", "12.03.2026"),
        ("2026-03-12", "words", "2026-03-12"),
        ("2026", "words", "2026"),
        ("0502123456", "phone", "+994502123456"),
        ("50 212 34 56", "phone", "+994502123456"),
        ("+90 212 555 12 34", "phone", "+902125551234"),
        ("490 24 30", "phone", "4902430"),
        ("1401555071", "voen", "1401555071"),
        ("VÖEN 1401555071", "voen", "1401555071"),
        ("1234567890", "voen", "1234567890"),
        ("5abc123", "fin", "5ABC123"),
        ("FİN: 5abc1o3", "fin", "5ABC103"),
        ("covid19", "words", "covid19"),
        ("sikayet", "words", "sikayet"),
        ("  Əliyev   Əli ", "words", "Əliyev Əli"),
        ("195", "words", "195"),
        ("", "words", ""),
    ],
)
def test_shape_of_a_search(typed: str, kind: str, value: str) -> None:
    found = shape(typed)
    assert (found.kind, found.value) == (kind, value)


def test_other_masks() -> None:
    assert registration_number("vx 7/2026", "VX-YYYY/NNNN") == "VX-2026/0007"
    assert shape("kb 2025 9", ["ÇM-YYYY-NNNNNN", "KB/YYYY/NNNN"]).value == "KB/2025/0009"
    assert registration_number("kb 2025 9") == ""


@STEADY
@given(st.one_of(st.text(), NUMERIC_TEXT))
def test_any_search_has_a_shape(typed: str) -> None:
    assert shape(typed).kind in {"number", "phone", "voen", "fin", "words"}


@STEADY
@given(st.integers(2000, 2099), st.integers(1, 999999), st.sampled_from(["-", "/", " ", ""]))
def test_a_written_number_is_understood_again(year: int, serial: int, between: str) -> None:
    written = f"ÇM-{year}-{serial:06d}"
    assert shape(written).value == written
    assert shape(f"çm{between}{year}{between}{serial:06d}").value == written
