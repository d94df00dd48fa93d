"""Runs the simulation for long: `python -m tests.support.desktop --actions 1000000`.

Prints the seeds that fail, with how; those belong into tests/properties/test_desktop_simulation.py.
"""

import argparse
import sys
import time

from tests.support.desktop.simulation import World

EACH = 100
"""Actions of one seed: failures of short runs are the ones that can be read."""

LATE = 0.5
"""Share of the home's answers that come late, in every other run; in every third it is restored."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--each", type=int, default=EACH, help="actions of one seed")
    parser.add_argument("--failures", type=int, default=10, help="stop after so many")
    asked = parser.parse_args()
    done = steps = rests = 0
    failed = []
    seed = asked.first
    while done < asked.actions and len(failed) < asked.failures:
        world = World(seed, late=LATE if seed % 2 else 0.0, restores=0.0 if seed % 3 else 1.0)
        try:
            world.run(asked.each)
        except Exception as error:  # noqa: BLE001  # whatever it is, the run goes on
            failed.append(seed)
            say(f"seed {seed}: {type(error).__name__}: {str(error)[:500]}")
        done += world.counts.actions
        steps += world.loop.steps
        rests += world.counts.rests
        seed += 1
        if seed % 100 == 0:
            say(f"{seed} seeds, {done} actions, {rests} rests, {time.process_time():.0f} s")
    say(f"{seed - asked.first} seeds from {asked.first}: {done} actions, {steps} steps of tasks")
    say(f"{rests} rests, {time.process_time():.0f} s of processor, failed: {failed}")
    return 1 if failed else 0


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
