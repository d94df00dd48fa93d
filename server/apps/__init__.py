"""Web applications of a home: installed from a folder, served at host names of their own."""
