"""The program: `filature`, and `python -m filature`."""

import sys


def run() -> None:
    """Run the command that was typed; who stops it while it still starts gets no traceback either."""
    try:
        from filature.cli import main
    except KeyboardInterrupt:
        sys.stderr.write("filature: interrupted\n")
        sys.exit(130)
    main(prog_name="filature")


if __name__ == "__main__":
    run()
