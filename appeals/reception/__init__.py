"""Reception of citizens (qəbul): officials, their hours, who is invited when, what came of it."""
