"""Letters about second factors."""
