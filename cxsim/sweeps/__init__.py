"""Sweeps: many runs from one design, in one dataset, without losing work.

Designs are made here; `cxsim.sweep` runs them, ``cxsim run --multirun`` does so from the command line.
"""

from cxsim.sweeps.design import Design, cross, factorial, table
from cxsim.sweeps.samples import latin_hypercube, salib, sobol

__all__ = ["Design", "cross", "factorial", "latin_hypercube", "salib", "sobol", "table"]
