"""Files and directories: `io.cozy.files` documents, their contents, and the rules between them."""
