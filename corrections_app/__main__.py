"""``python -m corrections_app`` is ``corrections``."""

from corrections_app.cli import main

if __name__ == "__main__":
    main()
