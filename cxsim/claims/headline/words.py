"""The headline experiment in words, all of them made from its numbers."""

from __future__ import annotations

from cxsim.claims import verdict as rule
from cxsim.claims.headline.answers import ADD, CONTRASTS, EVERYWHERE, LESS, NEED, NO, OPEN, WORSE, YES
from cxsim.claims.headline.experiment import Map
from cxsim.results.intervals import Interval

_ENOUGH = {YES: "yes", NO: "no", WORSE: "no, it makes things worse", OPEN: "undecided"}
_NEEDED = {NEED: "yes", LESS: "no, rather the reverse", ADD: "no, they add up", OPEN: "undecided"}
_TOGETHER = {
    NEED: "each does more where the other is", LESS: "each does less where the other is", ADD: "the two add up",
    OPEN: "whether they add up stays open",
}  # fmt: skip


def title(found: Map) -> str:
    """What the map shows, over all markets, in one line."""
    answers = [found.answer(name, EVERYWHERE) for name in found.headline.outcomes]
    pairs = [(answer.effects["rivals"], answer.effects["enforcement"]) for answer in answers]
    if all(rivals.low > enforcement.high for rivals, enforcement in pairs):
        lead = "Rivals do more than enforcement"
    elif all(enforcement.low > rivals.high for rivals, enforcement in pairs):
        lead = "Enforcement does more than rivals"
    else:
        lead = "Rivals and enforcement"
    said = list(dict.fromkeys(answer.together for answer in answers))
    tail = _TOGETHER[said[0]] if len(said) == 1 else "whether they need each other depends on what is looked at"
    return f"{lead}; {tail}" if len(lead) > 25 else f"{lead}: {tail}"


def briefly(found: Map) -> list[tuple[str, str]]:
    """The three questions with their answers over all markets, short enough for a figure."""
    few, many = found.headline.rivals[0], found.headline.rivals[-1]
    alone, added = (lambda key: _amounts(found, key)), (lambda key: _amounts(found, f"added_by_{key}"))
    return [
        (
            "Is competition enough?",
            f"{_words(found, 'competition_enough', _ENOUGH)}. {many} firms in place of {few} bring {alone('rivals')}; "
            f"enforcement then adds {added('enforcement')}.",
        ),
        (
            "Is enforcement enough?",
            f"{_words(found, 'enforcement_enough', _ENOUGH)}. With one firm the strongest brings {alone('enforcement')}; "
            f"rivals then add {added('rivals')}."
            if few == 1
            else f"{_words(found, 'enforcement_enough', _ENOUGH)}. Alone the strongest brings {alone('enforcement')}; "
            f"rivals then add {added('rivals')}.",
        ),
        (
            "Do they need each other?",
            f"{_words(found, 'together', _NEEDED)}. Together they bring {_amounts(found, 'interaction')} beyond the sum of each alone"
            f"{_split(found)}.",
        ),
    ]


def replies(found: Map) -> list[tuple[str, str]]:
    """The three questions, each with its answer over all markets and where it is another."""
    few, many = found.headline.rivals[0], found.headline.rivals[-1]
    return [
        (
            "Is competition enough?",
            _enough(found, "competition_enough", "rivals", "added_by_enforcement", f"{many} firms in place of {few}", "enforcement"),
        ),
        (
            "Is enforcement enough?",
            _enough(found, "enforcement_enough", "enforcement", "added_by_rivals", "the strongest in place of none", "rivals"),
        ),
        ("Do they need each other?", _need(found)),
    ]


def amount(effect: Interval, unit: str) -> str:
    """An effect with its interval and unit, such as +£1.6 [1.4, 1.8]."""
    digits = 0 if min(abs(effect.low), abs(effect.high)) >= 10 else 1
    pounds = unit.startswith("£")
    sign = "-" if round(effect.mean, digits) < 0 else "+"
    after = f" {unit.removeprefix('£').replace('/month', 'a month')}" if pounds and unit != "£" else "" if pounds else " points"
    return f"{sign}{'£' if pounds else ''}{abs(effect.mean):.{digits}f}{after} [{effect.low:.{digits}f}, {effect.high:.{digits}f}]"


def _enough(found: Map, attribute: str, alone: str, added: str, what: str, other: str) -> str:
    parts = []
    for name, outcome in found.headline.outcomes.items():
        answer = found.answer(name, EVERYWHERE)
        word, unit = getattr(answer, attribute), outcome.measure.unit
        said = _capital(_ENOUGH[word])
        others = _elsewhere(found, name, attribute, word)
        parts.append(
            f"{said} for {_lower(outcome.title)}: {what}: {amount(answer.effects[alone], unit)}; "
            f"{other} then {'adds' if other == 'enforcement' else 'add'} {amount(answer.effects[added], unit)}{_bracketed(others)}."
        )
    return " ".join(parts)


def _need(found: Map) -> str:
    parts = []
    for name, outcome in found.headline.outcomes.items():
        answer = found.answer(name, EVERYWHERE)
        said = _capital(_NEEDED[answer.together])
        beyond = amount(answer.effects["interaction"], outcome.measure.unit)
        others = _elsewhere(found, name, "together", answer.together)
        parts.append(f"{said} for {_lower(outcome.title)}: together they give {beyond} beyond the sum of each alone{_bracketed(others)}.")
    return " ".join(parts)


def _elsewhere(found: Map, outcome: str, attribute: str, word: str) -> str:
    """Markets in which another answer is decided."""
    other: dict[str, list[str]] = {}
    for _, _, market in found.headline.markets:
        said = getattr(found.answer(outcome, market), attribute)
        if said not in (word, OPEN):
            other.setdefault(said, []).append(market)
    return "; ".join(f"{said} with {' and with '.join(markets)}" for said, markets in other.items())


def levels(found: Map) -> str:
    """Which levels of enforcement add something to no regulator, over all markets and numbers of firms."""
    from cxsim.results.intervals import mean_interval

    enforcement = found.headline.enforcement
    parts = []
    for name, outcome in found.headline.outcomes.items():
        grid = found.values[name].mean(axis=(0, 1, 2))
        added = [mean_interval(grid[place] - grid[0]) for place in range(1, len(enforcement))]
        says = [rule.says(*effect, "up", outcome.smallest) for effect in added]
        listed = "; ".join(
            f"{level.title}: {amount(effect, outcome.measure.unit)}{' (counts)' if said == rule.FOR else ''}"
            for level, effect, said in zip(enforcement[1:], added, says, strict=True)
        )
        parts.append(f"{outcome.title}: {listed}.")
    return f"What each level of enforcement adds to {enforcement[0].title}, on average over the map. {' '.join(parts)}"


def contrast(key: str) -> str:
    """A contrast in words."""
    return CONTRASTS[key][0]


def _words(found: Map, attribute: str, said: dict[str, str]) -> str:
    """One answer, or one for each outcome where they differ."""
    each = {name: said[getattr(found.answer(name, EVERYWHERE), attribute)] for name in found.headline.outcomes}
    if len(set(each.values())) == 1:
        return _capital(next(iter(each.values())))
    return _capital("; ".join(f"for {name} {word}" for name, word in each.items()))


def _amounts(found: Map, key: str) -> str:
    effects = [(found.answer(name, EVERYWHERE).effects[key], looked.measure.unit) for name, looked in found.headline.outcomes.items()]
    return " and ".join(amount(effect, unit).split(" [")[0] for effect, unit in effects)


def _split(found: Map) -> str:
    """Markets where the last outcome is decided to be otherwise than over all of them, in a few words."""
    name = list(found.headline.outcomes)[-1]
    others = _elsewhere(found, name, "together", found.answer(name, EVERYWHERE).together)
    return f"; for {name} {others}" if others else ""


def _bracketed(words: str) -> str:
    return f" ({words})" if words else ""


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
