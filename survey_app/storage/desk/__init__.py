"""What the research desk keeps: people and their sessions, the audit log, reviews of responses, saved tables,
milestones.
"""
