"""The smallest program to be measured against: one POST with httpx."""

import sys

import httpx

if __name__ == "__main__":
    sys.stdout.write(httpx.post(f"{sys.argv[1]}/graphql", json={"query": "{ viewer { login } }"}).text)
