"""GitHub over GraphQL."""
