"""The whole configuration of a run."""

from __future__ import annotations

import dataclasses

from cxsim.config.customers import CustomersConfig
from cxsim.config.firms import FirmsConfig
from cxsim.config.market import MarketConfig
from cxsim.config.parameter import group, param
from cxsim.config.regulator import RegulatorConfig


@dataclasses.dataclass(frozen=True)
class Config:
    """One run: a market, its customers, firms and regulator, how long, and which luck."""

    market: MarketConfig = group(MarketConfig, "The market.")
    customers: CustomersConfig = group(CustomersConfig, "The customers.")
    firms: FirmsConfig = group(FirmsConfig, "The firms.")
    regulator: RegulatorConfig = group(RegulatorConfig, "The regulator.")
    name: str = param("run", "Name of the run; results go to results_dir/name.")
    seed: int = param(1, "Seed of all luck; runs with one seed face the same luck.", low=0, high=2**63 - 1, from_start=True)
    months: int = param(120, "Months reported.", unit="months", low=1, high=12_000)
    burn_in: int = param(24, "Months simulated before the report starts.", unit="months", low=0, high=12_000, from_start=True)
    replications: int = param(1, "Number of runs with luck of their own; intervals come from these.",
                              unit="runs", low=1, high=1_000_000)  # fmt: skip
    threads: int = param(1, "Threads inside one run; pays from about 20,000 customers; results do not depend on it.",
                         unit="threads", low=1, high=256)  # fmt: skip
    results_dir: str = param("results", "Folder that results are written below.")
    figures: bool = param(True, "Whether figures are drawn.")
    allow_user_code: bool = param(False, "Whether strategies and policies named as module:Class may be imported.")
