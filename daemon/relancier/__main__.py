"""`python -m relancier` and the `relancier` command."""

from relancier.cli import main

if __name__ == "__main__":
    main()
