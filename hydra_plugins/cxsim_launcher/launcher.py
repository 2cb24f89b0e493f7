"""The border between Hydra's sweepers and cxsim's sweeps.

A plain grid never comes here: ``cxsim run`` takes it apart itself, because Hydra would compose every row of it once more.
Sweepers that choose values as they go send their batches through this launcher.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict


class CxsimLauncher(Launcher):
    """Runs a batch of Hydra's jobs as one sweep in ``results_dir/name/batch-N``, N being the batch's first job.

    Args:
        executor, workers, address, monthly, retry_failed: as for `cxsim.sweep`.
        samples, sampler, design: for grids, which never come here; a sweeper that searches makes its own points.
        objective: the metric whose mean over the replications is what the sweeper gets for each job.
    """

    def __init__(
        self,
        executor: str = "auto",
        workers: int | None = None,
        address: str | None = None,
        monthly: bool = False,
        retry_failed: bool = False,
        samples: int | None = None,
        sampler: str = "latin_hypercube",
        design: str | None = None,
        objective: str = "experience",
    ):
        self._settings: dict[str, Any] = {
            "executor": executor, "workers": workers, "address": address, "monthly": monthly, "retry_failed": retry_failed,
        }  # fmt: skip
        self._objective = objective
        self._config: DictConfig | None = None
        self._context: HydraContext | None = None

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Take what Hydra gives; the task function is not needed, since runs are cxsim's own."""
        self._context = hydra_context
        self._config = config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run a batch.

        Returns:
            For each job the mean of the objective over its replications.

        Raises:
            CxsimError: a job whose values cannot be used, an unknown objective, or all replications of a job failed.
        """
        from cxsim.config.errors import CxsimError
        from cxsim.sweeps.launch import launch_batch

        assert self._config is not None
        try:
            means = launch_batch(
                [list(overrides) for overrides in job_overrides],
                [self._composed(overrides) for overrides in job_overrides],
                initial_job_idx,
                self._objective,
                self._settings,
            )
        except CxsimError as error:
            # Hydra would print an ordinary exception as a crash of the program; it lets this one through.
            raise SystemExit(error.exit_code) from error
        done = []
        for overrides, mean in zip(job_overrides, means, strict=True):
            one = JobReturn(overrides=overrides, status=JobStatus.COMPLETED)
            one.return_value = mean
            done.append(one)
        return done

    def _composed(self, overrides: Sequence[str]) -> dict[str, Any]:
        assert self._context is not None
        assert self._config is not None
        composed = self._context.config_loader.load_sweep_config(self._config, list(overrides))
        with open_dict(composed):
            del composed["hydra"]
        mapping = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
        return {str(key): value for key, value in mapping.items()} if isinstance(mapping, dict) else {}
