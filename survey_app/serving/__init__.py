"""How the pages are served: processes that share a port, the web server in each, its threads and its connections."""
