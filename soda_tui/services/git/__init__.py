"""Clones, the ledger branch and worktrees, through the git command."""
