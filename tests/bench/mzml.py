"""Megabytes of mzML whose arrays are all decoded in a second, here, by pymzml and by msconvert, one after the other from
the same files, and what base64 and zlib alone allow: /usr/bin/python3 tests/bench/mzml.py FILE.mzML …

Peers are Debian's python3-pymzml and libpwiz-tools; one that is not installed, or refuses a file, is reported so.
pymzml gives the same arrays as we do, but checks neither their lengths nor the index and the checksum of a file.
msconvert does more: it writes mzML again, of the kind that costs it least (64 and 32 bits, neither zlib nor an index), and
reads all that mzML says of instruments and scans, of which we keep names, kinds and units. Its start is not counted: a
run over many copies of a file is timed and one over a single copy taken off.

Each is given several turns and the best one counts, so that what else the machine is at weighs little. A file that
touchstone-gateway refuses is only named: how fast it is refused says nothing."""
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

try:
    import pymzml
except ImportError:
    pymzml = None

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, 'build')
GATEWAY = os.path.join(BUILD, 'bin/touchstone-gateway')
SECONDS = 1
TURNS = 3


def one_pass(path):
    """All spectra and chromatograms; how many points they have."""
    points = 0
    for entry in pymzml.run.Reader(path):
        x = entry.time if isinstance(entry, pymzml.spec.Chromatogram) else entry.mz
        points += min(len(x), len(entry.i))
    return points


def pymzml_speed(path):
    if pymzml is None:
        return 'not installed'
    passes = 0
    start = time.monotonic()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            while time.monotonic() - start < SECONDS:
                one_pass(path)
                passes += 1
    except Exception as fault:  # it may fail in any way
        return 'refused: ' + repr(fault)
    return os.path.getsize(path) * passes / (time.monotonic() - start) / 1e6


def msconvert_speed(path, folder):
    if shutil.which('msconvert') is None:
        return 'not installed'

    def seconds(copies):
        start = time.monotonic()
        subprocess.run(['msconvert', '--mzML', '--noindex', '-o', folder] + [path] * copies, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        return time.monotonic() - start

    try:
        one, copies = seconds(1), 10
        while (many := seconds(copies)) < SECONDS and copies < 2000:
            copies *= 4
    except subprocess.CalledProcessError:
        return 'refused'
    except subprocess.TimeoutExpired:
        return 'no end within a minute'
    return os.path.getsize(path) * (copies - 1) / (many - one) / 1e6


def gateway_refuses(path):
    read = subprocess.run([GATEWAY, 'read', path], stdout=subprocess.PIPE, check=False)
    return json.loads(read.stdout)['refused']


def gateway_speed(path):
    return json.loads(subprocess.check_output([GATEWAY, 'bench', '--seconds', str(SECONDS), path]))['mb_per_s']


def compile_limit(folder):
    program = os.path.join(folder, 'limit')
    subprocess.check_call(['c++', '-std=c++20', '-O2', '-I', ROOT, os.path.join(ROOT, 'tests/bench/MzmlLimit.cpp'),
                           os.path.join(BUILD, 'instruments/libts_instruments.a'), '-ldeflate', '-o', program])
    return program


def limit_speed(limit, path):
    """Nothing for a file without arrays."""
    done = subprocess.run([limit, path, str(SECONDS)], stdout=subprocess.PIPE, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def best(speeds):
    """The fastest turn, or the word for why there is none."""
    return max(speeds) if isinstance(speeds[0], float) else speeds[0]


def measure(path, limit, folder):
    measures = {'touchstone': lambda: gateway_speed(path), 'pymzml': lambda: pymzml_speed(path),
                'msconvert': lambda: msconvert_speed(path, folder), 'limit': lambda: limit_speed(limit, path)}
    turns = [{name: speed() for name, speed in measures.items()} for _ in range(TURNS)]
    speeds = {name: best([turn[name] for turn in turns]) for name in measures}
    line = {name + '_mb_per_s': round(speed, 1) if isinstance(speed, float) else speed for name, speed in speeds.items()}
    for peer in ('pymzml', 'msconvert'):
        if isinstance(speeds[peer], float):
            line['times_' + peer] = round(speeds['touchstone'] / speeds[peer], 1)
    return line


def main(paths):
    if not paths:
        sys.exit('no mzML file is named')
    with tempfile.TemporaryDirectory() as folder:
        limit = compile_limit(folder)
        for path in paths:
            line = {'file': os.path.basename(path), 'kilobytes': round(os.path.getsize(path) / 1e3)}
            refused = gateway_refuses(path)
            line |= {'refused': refused['code']} if refused else measure(path, limit, folder)
            print(json.dumps(line), flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
