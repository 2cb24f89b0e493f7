"""cxsim's launcher, where Hydra looks for plugins."""

from hydra_plugins.cxsim_launcher.launcher import CxsimLauncher

__all__ = ["CxsimLauncher"]
