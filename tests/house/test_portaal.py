"""The one door: what portaal.py decides before anything is installed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import portaal
from tests.house.sources import ROOT


def say_of(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the script with the system's Python as a newcomer does."""
    command = [sys.executable, "-I", str(ROOT / "portaal.py"), *arguments]
    return subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False)


def test_without_a_command_it_says_what_there_is() -> None:
    done = say_of()
    assert done.returncode == 2
    assert "python3 portaal.py demo" in done.stdout
    assert say_of("--help").returncode == 0


def test_it_needs_the_standard_library_only() -> None:
    text = (ROOT / "portaal.py").read_text()
    imports = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imports <= set(sys.stdlib_module_names) | {"__future__"}


def test_a_taken_port_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(portaal.Stop, match="try --port N"):
            portaal.free_port(taken.getsockname()[1])


def test_the_data_folder_is_the_given_one_then_the_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "setting"))
    assert portaal.data_folder(str(tmp_path / "given")) == tmp_path / "given"
    assert portaal.data_folder() == tmp_path / "setting"


def test_a_checkout_that_cannot_be_written_keeps_its_data_in_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PORTAL_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(portaal, "writable", lambda _folder: False)
    assert portaal.data_folder() == tmp_path / "inkoopportaal-inburgering"


def test_an_environment_is_ready_only_with_the_mark_of_this_lock(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    assert not portaal.is_ready(tmp_path, "run")
    (tmp_path / "ready-run").write_text("of another lock")
    assert not portaal.is_ready(tmp_path, "run")
    (tmp_path / "ready-run").write_text(portaal.fingerprint("run"))
    assert portaal.is_ready(tmp_path, "run")
    assert not portaal.is_ready(tmp_path, "test")


def test_a_python_without_ensurepip_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(portaal, "MAY_APT", False)
    with pytest.raises(portaal.Stop, match="python3-venv"):
        portaal.need_venv()


def test_children_do_not_inherit_another_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    assert not {"PYTHONPATH", "VIRTUAL_ENV"} & portaal.clean_env().keys()
