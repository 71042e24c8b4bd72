"""What reporting does: one file per verb."""
