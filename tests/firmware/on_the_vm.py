"""Runs every test function of a module on the board's own Python, which has no unittest.

Called by the VM as `-m tests.firmware.on_the_vm tests.firmware.test_rules_bolt`; prints a line for each test.
"""

import sys


def run(name):
    module = __import__(name, None, None, ("*",))
    failed = 0
    for test in sorted(one for one in dir(module) if one.startswith("test_")):
        try:
            getattr(module, test)()
        except Exception as error:  # noqa: BLE001  # a test may fail with anything
            failed += 1
            print("failed", test)  # noqa: T201
            sys.print_exception(error)
        else:
            print("passed", test)  # noqa: T201
    return failed


if __name__ == "__main__":
    sys.exit(1 if run(sys.argv[1]) else 0)
