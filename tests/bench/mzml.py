"""Megabytes of mzML whose arrays are all decoded in a second, here and by pymzml, one after the other from the same
files, and what base64 and zlib alone allow: /usr/bin/python3 tests/bench/mzml.py FILE.mzML …

Needs Debian's python3-pymzml. Files that pymzml cannot read count for touchstone-gateway alone."""
import json
import os
import subprocess
import sys
import tempfile
import time

import pymzml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, 'build')
SECONDS = 3


def one_pass(path):
    """All spectra and chromatograms; how many points they have."""
    points = 0
    for entry in pymzml.run.Reader(path):
        x = entry.time if isinstance(entry, pymzml.spec.Chromatogram) else entry.mz
        points += min(len(x), len(entry.i))
    return points


def pymzml_speed(path):
    passes = 0
    start = time.monotonic()
    while time.monotonic() - start < SECONDS:
        one_pass(path)
        passes += 1
    return os.path.getsize(path) * passes / (time.monotonic() - start) / 1e6


def gateway_speed(path):
    gateway = os.path.join(BUILD, 'bin/touchstone-gateway')
    return json.loads(subprocess.check_output([gateway, 'bench', '--seconds', str(SECONDS), path]))['mb_per_s']


def compile_limit(folder):
    program = os.path.join(folder, 'limit')
    subprocess.check_call(['c++', '-std=c++20', '-O2', '-I', ROOT, os.path.join(ROOT, 'tests/bench/MzmlLimit.cpp'),
                           os.path.join(BUILD, 'instruments/libts_instruments.a'), '-ldeflate', '-o', program])
    return program


def main(paths):
    if not paths:
        sys.exit('no mzML file is named')
    with tempfile.TemporaryDirectory() as folder:
        limit = compile_limit(folder)
        for path in paths:
            line = {'file': os.path.basename(path), 'megabytes': round(os.path.getsize(path) / 1e6, 1),
                    'touchstone_mb_per_s': gateway_speed(path),
                    'limit_mb_per_s': round(float(subprocess.check_output([limit, path, str(SECONDS)])), 1)}
            try:
                line['pymzml_mb_per_s'] = round(pymzml_speed(path), 1)
                line['times_faster'] = round(line['touchstone_mb_per_s'] / line['pymzml_mb_per_s'], 1)
            except Exception as fault:  # a peer may fail in any way: that is what the line then says
                line['pymzml_failed'] = repr(fault)
            print(json.dumps(line), flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
