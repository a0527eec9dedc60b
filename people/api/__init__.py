"""What every API of the service stands on; docs/api.md says how to build one."""
