"""Pictures of files, and what files tell of themselves: made in a process that may crash."""
