"""Where `scripts/moteurs` puts what it takes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def find(name):
    """The path of one of its files; without it a test fails, and says what to run."""
    path = ROOT / ".cache" / "moteurs" / name
    assert path.exists(), f"{name} manque : lancez scripts/moteurs (« make test » le fait)."
    return path
