"""The customers' month in mesa-frames: an agent set that is a Polars data frame, moved by column expressions.

mesa-frames is no dependency of cxsim; where it is not installed, or its interface is another one, this version is left out. Its first
release asks for an older NumPy than it needs; ``pip install polars`` and ``pip install --no-deps --pre mesa-frames`` put it beside a newer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cxsim.config.errors import CxsimError
from cxsim.customers.tables import SUM, SUMS


class NoFramesError(CxsimError, ImportError):
    """mesa-frames cannot be used here."""


try:
    import polars as pl

    try:
        from mesa_frames import AgentSet, Model

        FRAME, SETS, OWN_IDS = "df", "sets", False
    except ImportError:  # the names of the first releases
        from mesa_frames import AgentSetPolars as AgentSet
        from mesa_frames import ModelDF as Model

        FRAME, SETS, OWN_IDS = "agents", "agents", True
except ImportError as error:
    raise NoFramesError(f"mesa-frames: not installed or not usable ({error}).") from error

col, when = pl.col, pl.when


class Customers(AgentSet):  # type: ignore[misc,valid-type]
    """All customers as rows of a data frame."""

    def __init__(self, model: Any, columns: dict[str, np.ndarray], readiness: list[float]):
        super().__init__(model)
        n = len(columns["supplier"])
        order = model.luck.permutation(n)
        frame = pl.DataFrame({name: values for name, values in columns.items() if name != "experience"}).with_columns(
            col("aware", "problem", "foresees", "wants_extra", "extra").cast(pl.Boolean),
            col("tenure", "supplier", "segment").cast(pl.Int32),
            experience=pl.lit(0.0, pl.Float32), readiness=pl.Series(np.array(readiness, np.float32)[columns["segment"]]),
        )  # fmt: skip
        self.add(frame.with_columns(unique_id=pl.int_range(n)) if OWN_IDS else frame)
        self._order, self._place = order, np.argsort(order)
        self._far = model.luck.integers(0, n, (4, n))
        self.sums = np.zeros(0)

    @property
    def frame(self) -> pl.DataFrame:
        """The data frame."""
        return getattr(self, FRAME)

    def step(self) -> None:
        """One month: perhaps look around, then live with the supplier."""
        offers, rules = self.model.offers, self.model.rules
        before = self.frame.select("supplier", "satisfaction")
        frame = self._meet_friends(self.frame, before)
        frame = self._reconsider(frame, offers, rules)
        frame = self._choose(frame, offers, rules)
        frame = self._live(frame, offers, rules)
        frame = self._speak_and_count(frame, offers, rules)
        self.sums = self._add_up(frame, before["supplier"], offers)
        grown = when(col("supplier") > 0).then((col("tenure") + 1).clip(upper_bound=1200)).otherwise(0)
        setattr(self, FRAME, frame.with_columns(tenure=grown).select(self.frame.columns))

    def _uniform(self, frame: pl.DataFrame) -> pl.Series:
        return pl.Series(self.model.luck.random(len(frame), np.float32))

    def _meet_friends(self, frame: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
        """One acquaintance a month: one of eight near on a ring, or one of four far (Watts and Strogatz 1998)."""
        n, luck = len(frame), self.model.luck
        which = luck.integers(0, 8, n)
        near = self._order[(self._place + which - 4 + (which > 3)) % n]
        far = luck.random(n, np.float32) < self.model.rules.long_links
        met = np.where(far, self._far[which & 3, np.arange(n)], near)
        return frame.with_columns(pal=before["supplier"].gather(met), word=before["satisfaction"].gather(met))

    def _reconsider(self, frame: pl.DataFrame, offers: Any, rules: Any) -> pl.DataFrame:
        """Who looks around: by attention, disappointment, a dear bill, a jump of the bill, or a renewal date."""
        names = ("price", "premium", "personal", "barrier", "rise_new", "rise_old")
        frame = frame.with_columns(*_at_supplier(frame, offers, names), luck=self._uniform(frame))
        frame = frame.with_columns(renewal=pl.Series(rules.renewal).gather(frame["tenure"].clip(0, 1200))).with_columns(_bill(rules))
        months, reference = col("tenure"), float(rules.reference)
        rise = when(months > rules.intro).then(col("rise_old")).otherwise(col("rise_new"))
        rise += when(months == rules.intro).then(col("premium") / reference).otherwise(0)
        excess = (col("bill") / reference - 1).clip(0)
        chance = col("attention") + float(rules.dissatisfaction) * (col("expectation") - col("satisfaction")).clip(0)
        chance += float(rules.price_attention) * excess**2 + float(rules.shock) * rise + col("renewal")
        without = when((months >= 0) & bool(rules.can_do_without)).then(col("attention")).otherwise(1.0)
        looks = col("luck") < when(col("supplier") > 0).then(chance).otherwise(without)
        return frame.with_columns(looks=looks)

    def _choose(self, frame: pl.DataFrame, offers: Any, rules: Any) -> pl.DataFrame:
        """Those who look around choose by the logit (McFadden 1974): a row for each option that they compare."""
        frame = frame.with_columns(row=pl.int_range(len(frame)), gain=pl.lit(0.0, pl.Float32), cost=pl.lit(0.0, pl.Float32))
        options = self._options(frame.filter("looks"), offers, rules)
        if not len(options):
            return frame
        by_row = options.group_by("row").agg(
            slot=col("slot").get(col("score").arg_max()),
            worth=col("worth").get(col("score").arg_max()),
            top=(col("worth") / col("choice_noise")).max(),
            total=((col("worth") / col("choice_noise")) - (col("worth") / col("choice_noise")).max()).exp().sum(),
            noise=col("choice_noise").first(),
        )
        found = by_row.with_columns(gain_found=col("noise") * (col("top") + col("total").log()) - col("worth"))
        frame = frame.join(found.select("row", "slot", "gain_found"), on="row", how="left", maintain_order="left")
        moves = col("slot").is_not_null() & (col("slot") != col("supplier"))
        frame = frame.with_columns(gain=col("gain_found").fill_null(0), moves=moves.fill_null(False))
        frame = frame.with_columns(new=when("moves").then(col("slot")).otherwise(col("supplier")).cast(pl.Int32))
        belief = _quality(frame["profile"], frame["new"], offers) * float(rules.transparency)
        belief += (1 - float(rules.transparency)) * pl.Series(offers.hearsay).gather(frame["new"])
        joins = col("moves") & (col("new") > 0)
        frame = frame.with_columns(belief=belief.clip(0, 1)).with_columns(
            supplier=col("new"),
            tenure=when("moves").then(0).otherwise(col("tenure")).cast(pl.Int32),
            aware=col("aware") & ~col("moves"),
            problem=col("problem") & ~col("moves"),
            extra=col("extra") & ~col("moves"),
            trust=when(joins).then(float(rules.initial_trust)).when("moves").then(0.0).otherwise(col("trust")).cast(pl.Float32),
            satisfaction=when(joins).then(col("belief")).otherwise(col("satisfaction")),
            expectation=when(joins).then(col("belief")).otherwise(col("expectation")),
            cost=when("moves").then(col("barrier")).otherwise(0) + when(joins).then(col("switching_cost")).otherwise(0),
        )
        return frame

    def _options(self, lookers: pl.DataFrame, offers: Any, rules: Any) -> pl.DataFrame:
        """What each of the lookers compares: a row per customer and option, with its worth (£/month) and that plus a taste shock."""
        keep = ("row", "profile", "supplier", "willingness_to_pay", "choice_noise", "switching_cost", "satisfaction", "trust", "aware",
                "foresees", "pal", "word", "bill", "barrier")  # fmt: skip
        slots = np.flatnonzero(offers.active | (np.arange(len(offers.price)) == 0)).astype(np.int32)
        table = {name: np.asarray(getattr(offers, name))[slots] for name in ("hearsay", "appeal", "price", "felt")}
        firms = pl.DataFrame({"slot": slots, **{f"its_{name}": values for name, values in table.items()}})
        pairs = lookers.select(keep).join(firms, how="cross")
        own, outside, horizon = col("slot") == col("supplier"), col("slot") == 0, float(rules.inverse_horizon)
        value, transparency = col("willingness_to_pay"), float(rules.transparency)
        told = when(col("pal") == col("slot")).then(float(rules.friend_weight) * (col("word") - col("its_hearsay"))).otherwise(0)
        there = value * (transparency * col("quality") + (1 - transparency) * (col("its_hearsay") + told))
        there += col("its_appeal") - col("its_price") - (col("switching_cost") + col("barrier")) * horizon
        there -= when("foresees").then(col("its_felt")).otherwise(0)
        stay = value * (col("satisfaction") + float(rules.loyalty) * col("trust")) + col("its_appeal") - col("bill")
        stay -= when(col("aware") | col("foresees")).then(col("its_felt")).otherwise(0)
        without = value * float(rules.outside) - when(col("supplier") > 0).then(col("barrier") * horizon).otherwise(0)
        seen = own | (col("luck") < float(rules.seen))
        pairs = pairs.with_columns(
            quality=_quality(pairs["profile"], pairs["slot"], offers), luck=self._uniform(pairs),
            taste=pl.Series(self.model.luck.gumbel(size=len(pairs)).astype(np.float32)),
            worth=when(outside).then(without).when(own).then(stay),
        )  # fmt: skip
        pairs = pairs.with_columns(worth=when(own | outside).then(col("worth")).otherwise(there))
        pairs = pairs.filter(when(outside).then(bool(rules.can_do_without)).otherwise(seen))
        return pairs.with_columns(score=col("worth") / col("choice_noise") + col("taste"))

    def _live(self, frame: pl.DataFrame, offers: Any, rules: Any) -> pl.DataFrame:
        """Problems, noticing, experience, and how satisfaction and expectation follow."""
        names = ("hidden", "felt", "promise", "noticing", "told", "exposed", "trust_kept", "problem_rate", "resolved", "crowding", "quiet")
        luck = {f"u{number}": self._uniform(frame) for number in range(6)}
        frame = frame.with_columns(*_at_supplier(frame, offers, (*names, "price", "premium", "personal", "barrier", "appeal")), **luck)
        held, knew = col("supplier") > 0, col("aware")
        fresh = when(knew | col("foresees")).then(0).otherwise(1 - (1 - col("vigilance") * col("noticing")) * (1 - col("told")))
        healed = col("trust") + float(rules.trust_speed) * (col("satisfaction") - col("trust"))
        frame = frame.with_columns(
            problem=(col("problem") | (col("u0") < col("problem_rate"))) & (col("u1") >= col("resolved")),
            shaken=col("u2") < 1 - (1 - fresh) * (1 - col("exposed")),
            outcome=_quality(frame["profile"], frame["supplier"], offers),
        ).with_columns(
            aware=(col("shaken") | (knew & (col("u3") >= float(rules.forgetting)))) & (col("hidden") > 0),
            trust=when(held).then(when("shaken").then(col("trust") * col("trust_kept")).otherwise(healed)).otherwise(0),
        )
        noticed = when("aware").then(float(rules.harm) * col("felt")).otherwise(0)
        hassle = when(col("looks") | col("problem")).then(float(rules.hassle) * col("barrier")).otherwise(0)
        bell = (col("u4") + col("u5") - 1) * 6**0.5
        frame = frame.with_columns(harm=((noticed + hassle) / col("willingness_to_pay")).clip(upper_bound=1))
        lived = col("outcome") - col("harm") - when("problem").then(float(rules.problem)).otherwise(0) - col("crowding")
        lived = (lived + float(rules.noise) * bell).clip(0, 1)
        frame = frame.with_columns(experience=when(held).then(lived).otherwise(0).cast(pl.Float32))
        if rules.extra_price > 0:
            frame = self._deal_with_extras(frame, offers, rules)
        surprise = col("experience") - col("expectation")
        felt = when(surprise > 0).then(surprise).otherwise(float(rules.loss_aversion) * surprise)
        target = col("experience") + float(rules.disconfirmation) * felt
        satisfied = col("satisfaction") + float(rules.satisfaction_speed) * (target - col("satisfaction"))
        elsewhere = (col("pal") != col("supplier")) & (col("pal") > 0)
        told = when(elsewhere).then(float(rules.word_of_mouth) * (col("word") - col("expectation"))).otherwise(0)
        hopes = col("expectation") + float(rules.expectation_speed) * surprise + told
        hopes += float(rules.promise_weight) * (col("promise") - col("expectation"))
        return frame.with_columns(
            disappointment=-surprise,
            satisfaction=when(held).then(satisfied.clip(0, 1)).otherwise(col("satisfaction")).cast(pl.Float32),
            expectation=when(held).then(hopes.clip(0, 1)).otherwise(col("expectation")).cast(pl.Float32),
            trust=col("trust").cast(pl.Float32),
        )

    def _deal_with_extras(self, frame: pl.DataFrame, offers: Any, rules: Any) -> pl.DataFrame:
        """Who is asked takes the extra or not; who holds it unwanted may notice and cancel."""
        luck = {f"u{number}": self._uniform(frame) for number in range(3)}
        frame = frame.with_columns(*_at_supplier(frame, offers, ("pressed", "anger", "open_about_extra")), **luck)
        wants, holds = col("wants_extra"), col("extra")
        frame = frame.with_columns(asked=(col("supplier") > 0) & ~holds & (col("u0") < float(rules.extra_offers)))
        chance = 1 - (1 - col("vigilance") * float(rules.extra_noticing)) * (1 - col("open_about_extra"))
        frame = frame.with_columns(notices=holds & ~wants & (col("shaken") | (col("u2") < chance)))
        angered = when(col("asked") & ~wants).then(col("anger")).otherwise(0)
        regret = float(rules.harm * rules.extra_price) / col("willingness_to_pay")
        frame = frame.with_columns(hurt=(angered + when("notices").then(regret).otherwise(0)).clip(upper_bound=1))
        return frame.with_columns(
            trust=col("trust") * when(col("notices") & ~col("shaken")).then(col("trust_kept")).otherwise(1),
            shaken=col("shaken") | col("notices"),
            harm=(col("harm") + col("hurt")).clip(upper_bound=1),
            experience=(col("experience") - col("hurt")).clip(0).cast(pl.Float32),
            extra=(col("asked") & (wants | (col("u1") < col("pressed")))) | (holds & ~col("notices")),
        )

    def _speak_and_count(self, frame: pl.DataFrame, offers: Any, rules: Any) -> pl.DataFrame:
        """Who complains (Hirschman 1970), and what the month was worth in pounds."""
        held, established, value = col("supplier") > 0, col("tenure") >= rules.intro, col("willingness_to_pay")
        upset = held & (col("problem") | col("shaken") | (col("disappointment") > float(rules.complaint_threshold)))
        chance = float(rules.complaint) * col("readiness") * col("quiet")
        frame = frame.with_columns(luck=self._uniform(frame)).with_columns(_bill(rules))
        knows, regrets = col("aware") | col("foresees"), col("extra") & ~col("wants_extra")
        fee = when(knows).then(col("felt")).otherwise(col("hidden"))
        net = value * col("experience") + col("appeal") - col("bill") - fee
        net -= when(regrets).then(float(rules.extra_price)).otherwise(0)
        data = col("personal") * value * (1 - col("vigilance"))
        return frame.with_columns(
            complaints=upset & (col("luck") < chance),
            to_regulator=upset & (col("luck") < chance * float(rules.to_regulator)),
            surplus=col("gain") - col("cost") + when(held).then(net).otherwise(value * float(rules.outside)),
            data_premium=when(established).then(data).otherwise(0),
            new_customers=~established,
            avoiders=held & knows & (col("felt") < col("hidden")),
            unwanted_extras=regrets,
        )

    def _add_up(self, frame: pl.DataFrame, old: pl.Series, offers: Any) -> np.ndarray:
        """Sums by segment and firm, in the engine's order."""
        total = np.zeros((int(frame["segment"].max()) + 1, len(offers.price), len(SUMS)))
        plain = {"experience": "experience", "job_outcome": "outcome", "harm": "harm", "satisfaction": "satisfaction", "trust": "trust",
                 "problems": "problem", "personal": "data_premium", "surplus": "surplus", "complaints": "complaints",
                 "to_regulator": "to_regulator", "new_customers": "new_customers", "avoiders": "avoiders", "extras": "extra",
                 "unwanted_extras": "unwanted_extras"}  # fmt: skip
        wanted = {name: col(column).cast(pl.Float64).sum() for name, column in plain.items()}
        _fill(total, frame.group_by("segment", "supplier").agg(customers=pl.len(), **wanted))
        if "moves" in frame.columns:
            moved = frame.with_columns(old=old).filter("moves")
            left = moved.group_by("segment", supplier="old").agg(leavers=pl.len(), barrier_cost=_old_barrier(offers).sum())
            joined = moved.group_by("segment", "supplier").agg(joiners=pl.len(), switching_cost=_paid_to_join().sum())
            _fill(total, left)
            _fill(total, joined)
        return total


class FramesMarket(Model):  # type: ignore[misc,valid-type]
    """A model of mesa-frames that holds the customers; what firms offer is handed to it month by month."""

    def __init__(self, columns: dict[str, np.ndarray], readiness: list[float], seed: int):
        super().__init__(seed)
        self.luck = np.random.default_rng(seed)
        self.offers: Any = None
        self.rules: Any = None
        self.customers = Customers(self, columns, readiness)
        setattr(self, SETS, getattr(self, SETS) + self.customers)

    def step(self) -> None:
        """One month of the customers."""
        self.customers.step()


class FramesMonth:
    """The customers' month by mesa-frames, with luck of its own.

    Args:
        market: whose customers to start from; its rules are read anew each month.
    """

    def __init__(self, market: Any, seed: int = 1):
        readiness = [float(segment.get("complaint", 1.0)) for segment in market.config.customers.segments]
        self._population = market.population
        self._model = FramesMarket(market.population.columns, readiness, seed)

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """The customers, an array per attribute."""
        frame = self._model.customers.frame
        return {name: frame[name].to_numpy() for name in frame.columns}

    def live_month(self, month: int, offers: Any) -> np.ndarray:
        """One month; returns the sums as the engine does."""
        self._model.offers, self._model.rules = offers, self._population.rules
        self._model.step()
        return self._model.customers.sums


def _at_supplier(frame: pl.DataFrame, offers: Any, names: tuple[str, ...]) -> list[pl.Series]:
    """What each customer's firm offers, as columns."""
    return [pl.Series(name, getattr(offers, name)).gather(frame["supplier"]) for name in names]


def _bill(rules: Any) -> pl.Expr:
    extra = col("premium") + col("personal") * col("willingness_to_pay") * (1 - col("vigilance"))
    return (col("price") + when(col("tenure") >= rules.intro).then(extra).otherwise(0)).alias("bill")


def _quality(profile: pl.Series, slot: pl.Series, offers: Any) -> pl.Series:
    return pl.Series(offers.quality.ravel()).gather(profile.cast(pl.Int32) * offers.quality.shape[1] + slot)


def _old_barrier(offers: Any) -> pl.Expr:
    return pl.lit(pl.Series(offers.barrier)).gather(col("old"))


def _paid_to_join() -> pl.Expr:
    return when(col("supplier") > 0).then(col("switching_cost")).otherwise(0)


def _fill(total: np.ndarray, table: pl.DataFrame) -> None:
    place = (table["segment"].to_numpy(), table["supplier"].to_numpy())
    for name in table.columns:
        if name in SUM:
            total[(*place, SUM[name])] = table[name].to_numpy()
