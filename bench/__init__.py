"""What `make bench` measures: each figure beside what it must reach, or beside what others report of theirs."""
