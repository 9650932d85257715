"""What is asked: campaign folders as frozen models, their check, and the one judge of answers."""
