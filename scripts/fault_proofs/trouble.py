"""Proofs by poison, by a full disk, by two runs at once, and by files that change while they are read."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path

from pipeline.core.canonical import sha256_file
from scripts.fault_proofs.ground import Ground, Proof, broken_results, rupture
from tests.batches import command, environment, folder_of, manifest, plain, results

DEEDS = {"exit": "BAT-001", "segv": "BAT-001", "later": "BAT-001", "hang": "BAT-002", "memory": "BAT-003", "raise": "BAT-004"}
LIMITS = {"RUPTURE_BATCH__TIME_LIMIT_S": "5", "RUPTURE_BATCH__MEMORY_LIMIT_MB": "400"}
CUT = '{"turns": [{"speaker": "client", "text": "ZQ-CANARY'


def poison(ground: Ground, *, files: int, poisoned: int) -> Proof:
    """Score many files of which some crash, hang, flood or cannot be read."""
    deeds = [[*DEEDS, "cut"][number % (len(DEEDS) + 1)] for number in range(poisoned)]
    texts = {f"p{number}-{deed}.txt": f"POISON {deed}" for number, deed in enumerate(deeds) if deed != "cut"}
    texts |= {f"p{number}-cut.json": CUT for number, deed in enumerate(deeds) if deed == "cut"}
    texts |= {f"{number}.txt": plain(number) for number in range(files - poisoned)}
    source, out = folder_of(ground.work / "poison", texts), ground.new_folder()
    began = time.monotonic()
    done = rupture("score", source, "--out", out, "--model", ground.model, "--jobs", 2, poison=True, **LIMITS)
    rows = [row for row in manifest(out) if row["status"] in ("refused", "failed")]
    wanted = sorted(DEEDS.get(deed, "ING-020") for deed in deeds)
    scored = sum(name.endswith(".rupture.json") for name in results(out))
    held = done.returncode == 3 and sorted(str(row["reason_code"]) for row in rows) == wanted and scored == files - poisoned
    figures = {"files": files, "scored": scored, "rows of poison": len(rows), "seconds": round(time.monotonic() - began, 1)}
    return Proof("poison files", "each is one row with its reason; all others scored; exit 3", poisoned, len(rows) if held else 0, figures)


def full_disk(ground: Ground, *, levels: int) -> Proof:
    """Score onto file systems of growing size, then give each room and go on. Needs root, for a file system in memory."""
    disk = ground.work / "disk"
    disk.mkdir()
    total = sum(map(len, ground.whole.values())) + 200_000
    held = refused = 0
    for level in range(levels):
        size = max(16_384, total * level // levels)
        _mount(disk, f"size={size},mode=700")
        out = disk / "out"
        done = rupture("score", ground.source, "--out", out, "--model", ground.model, "--jobs", 2)
        whole = not out.exists() or (not broken_results(out) and _are_among(results(out), ground.whole))
        refused += done.returncode == 4
        subprocess.run(["mount", "-o", f"remount,size={total * 4}", str(disk)], check=True)
        out.mkdir(exist_ok=True)
        held += done.returncode in (0, 4) and "Traceback" not in done.stderr and whole and ground.goes_on(out)
        subprocess.run(["umount", str(disk)], check=True)
    claim = "exit 4 while it is too small; results before it are whole; goes on when there is room"
    return Proof("disk full", claim, levels, held, {"levels too small": refused})


def two_at_once(ground: Ground, *, times: int) -> Proof:
    """Start a second run over a folder that another one holds, kill that one, and start again."""
    held = 0
    source = folder_of(ground.work / "hang", {"a.txt": "POISON hang"})
    for _ in range(times):
        out = ground.new_folder()
        line = command("score", source, "--out", out, "--model", ground.model, poison=True)
        first = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        while not (out / ".rupture.lock").exists():
            time.sleep(0.01)
        time.sleep(0.2)
        second = rupture("score", ground.source, "--out", out, "--model", ground.model)
        first.kill()
        first.wait()
        held += second.returncode == 5 and ground.goes_on(out)
    return Proof("two runs at once", "the second exits 5; after a kill of the first it goes on", times, held)


def edits(ground: Ground, *, times: int) -> Proof:
    """Replace, cut or remove files while a run reads them."""
    held = refused = 0
    for turn in range(times):
        source, out = folder_of(ground.work / f"edit-{turn}", {f"{n}.txt": plain(n) for n in range(6)}), ground.new_folder()
        known = {sha256_file(path) for path in source.iterdir()}
        done: list[int] = []
        line = ("score", source, "--out", out, "--model", ground.model, "--jobs", 2)
        run = threading.Thread(target=lambda line=line, done=done: done.append(rupture(*line).returncode))
        run.start()
        while run.is_alive():
            time.sleep(ground.rng.uniform(0, 0.2))
            known |= _disturb(source, ground)
        held += done[0] in (0, 3) and all(row["input_sha256"] in known | {""} for row in manifest(out)) and _hashes_agree(out)
        refused += sum(row["reason_code"] in ("BAT-005", "ING-001") for row in manifest(out))
        shutil.rmtree(out)
    claim = "the bytes that were scored have the hash that was recorded, or the file is refused"
    return Proof("files edited while read", claim, times, held, {"files refused": refused})


def _disturb(source: Path, ground: Ground) -> set[str]:
    """Change one file in one of three ways and return the hashes that it had on the way."""
    path = source / f"{ground.rng.randrange(6)}.txt"
    match ground.rng.randrange(3):
        case 0:
            path.write_text(plain(ground.rng.randrange(1_000)), encoding="utf-8")
        case 1:
            other = source / ".other"
            other.write_text(plain(ground.rng.randrange(1_000)), encoding="utf-8")
            other.replace(path)
        case _:
            path.unlink(missing_ok=True)
    return {sha256_file(path)} if path.exists() else set()


def _hashes_agree(out: Path) -> bool:
    import json

    rows = [row for row in manifest(out) if row["output"]]
    return all(json.loads((out / str(row["output"])).read_bytes())["transcript"]["source_sha256"] == row["input_sha256"] for row in rows)


def _are_among(found: dict[str, bytes], whole: dict[str, bytes]) -> bool:
    """Tell whether every result is whole; those of a dyad may lack the comparison that comes last."""
    return all(name in whole for name in found)


def _mount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], check=True)
