"""Pages of `tflm play` that tests open."""

import contextlib
import threading

from android_demo.build import tools
from tflm.play import access, server
from tflm.play.site import site


@contextlib.contextmanager
def pages():
    """Gives a function that serves the page of a bundle and returns its URL.

    All that was served ends with the context.
    """
    tools.install("npm")  # It fetches the runtime.
    running = []

    def start(bundle, token=""):
        made = server.Server(site(bundle), access.Access(token))
        running.append(made)
        threading.Thread(target=made.serve_forever, daemon=True).start()
        return made.url

    yield start
    for each in running:
        each.shutdown()
        each.server_close()
