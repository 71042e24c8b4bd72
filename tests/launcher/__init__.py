"""The launcher: servers, preparation, processes."""
