"""Speak HTTP: the API, Server-Sent Events and the streaming Lambda runtime client."""
