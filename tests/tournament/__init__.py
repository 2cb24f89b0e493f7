"""Entries to play with: honest ones and such as fail in every way."""

from pathlib import Path

HEAD = "from cxsim import Strategy\n\n\nclass Own(Strategy):\n    def review(self, firm, market):\n        "
STILL = f"{HEAD}return {{}}\n"
CHEAP = f"{HEAD}return {{'price': 0.5 * firm.price}}\n"
RAISES = f"{HEAD}return 1 / 0\n"
SMALL = ("market=generic", "regulator=none", "market.n_customers=60", "months=3", "burn_in=1")


def folder(place: Path, **codes: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for name, code in codes.items():
        (place / f"{name}.py").write_text(code, encoding="utf-8")
    return place
