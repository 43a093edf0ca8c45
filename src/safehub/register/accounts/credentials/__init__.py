"""Passwords, second factors and passkeys: allauth's flows with our pages, words and trail."""
