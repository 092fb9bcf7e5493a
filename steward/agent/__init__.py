"""The steward agent: toolkit, loop, approvals, sessions, grounding, offline planner, MCP."""
