"""Open a document in LibreOffice, type at its end, save it, close it: at each line on the input.

Run by the Python that has LibreOffice's `uno`, with the name of its pipe, the document's address,
a user name, a password and the text. Says `open`, `saved` and `closed`.
"""

import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PATIENCE = 60


def context_of(pipe):
    """Return LibreOffice's, once it answers."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def told(name, value):
    """Return one argument of a document's loading."""
    argument = PropertyValue()
    argument.Name, argument.Value = name, value
    return argument


def say(word):
    """Tell it to who waits for it."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main():
    pipe, address, user, password, text = sys.argv[1:]
    context = context_of(pipe)
    create = context.ServiceManager.createInstanceWithContext
    asking = create("com.sun.star.task.InteractionHandler", context)
    host = "/".join(address.split("/")[:3]).replace("vnd.sun.star.webdav:", "http:")
    passwords = create("com.sun.star.task.PasswordContainer", context)
    passwords.add(host, user, (password,), asking)
    desktop = create("com.sun.star.frame.Desktop", context)
    arguments = told("Hidden", True), told("InteractionHandler", asking)
    document = desktop.loadComponentFromURL(address, "_blank", 0, arguments)
    say("read-only" if document.isReadonly() else "open")
    sys.stdin.readline()
    body = document.Text
    body.insertString(body.getEnd(), text, False)
    document.store()
    say("saved")
    sys.stdin.readline()
    document.close(True)
    say("closed")
    desktop.terminate()


if __name__ == "__main__":
    main()
