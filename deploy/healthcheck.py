"""Exit with status 0 if the process of this container lives: `healthcheck.py [PORT]`. The default is its PORT.

Standard library only: loading the product every ten seconds would cost more than it tells.
"""

import http.client
import os
import sys


def main(arguments: list[str]) -> int:
    """Ask the liveness probe once."""
    port = int(arguments[0] if arguments else os.environ["PORT"])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", f"{os.environ.get('ROOT_PATH', '')}/livez")
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException) as error:
        print(f"No answer on port {port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
