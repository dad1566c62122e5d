"""Everything that knows HTTP: the way of a request, and the OpenAPI document."""
