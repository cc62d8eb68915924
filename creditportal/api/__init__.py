"""The door for machines: REST with an OpenAPI description."""
