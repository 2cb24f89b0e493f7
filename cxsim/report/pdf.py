"""A page as PDF, by a browser that is on the machine."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from cxsim.config.errors import ResultsError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS = 120


def browser() -> str | None:
    """A browser that prints without a screen, ``None`` where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def write_pdf(page: Path, target: Path) -> Path:
    """Print an HTML page to a new PDF.

    Raises:
        ResultsError: no browser is there, or it could not print; nothing is left then.
    """
    found = browser()
    if found is None:
        raise ResultsError(
            f"PDF: there is no browser to print with ({', '.join(BROWSERS[:3])}); install Chromium, or open {page} and print it to a file."
        )
    with tempfile.TemporaryDirectory(prefix="cxsim-pdf-") as scratch:
        made = Path(scratch, "page.pdf")
        # The page loads nothing, and the browser is told to load nothing of its own either.
        words = [
            found, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run", f"--user-data-dir={scratch}/profile", "--no-pdf-header-footer", f"--print-to-pdf={made}",
            page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ResultsError(f"PDF: {found} could not print ({error}).") from None
        if not made.is_file():
            raise ResultsError(f"PDF: {found} could not print (exit code {done.returncode}).")
        shutil.copyfile(made, target)
    return target
