from pathlib import Path

import pytest
from pydantic import SecretStr

from tollbook.runs.kernel import kernel_environment
from tollbook.settings import Settings


def test_the_kernel_opens_the_same_book_with_no_ones_start_up_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/home/me/startup.py")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    settings = Settings(project=tmp_path, home=tmp_path / "elsewhere", key=SecretStr("k"), memory_limit="1GB")
    environment = kernel_environment(settings, tmp_path / "private")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    again = Settings()
    assert again == settings
    assert "PYTHONSTARTUP" not in environment
    assert environment["MPLBACKEND"].startswith("module://")
    assert environment["IPYTHONDIR"].startswith(str(tmp_path))
