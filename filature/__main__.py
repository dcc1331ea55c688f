"""`python -m filature`."""

from filature.cli import main

if __name__ == "__main__":
    main(prog_name="filature")
