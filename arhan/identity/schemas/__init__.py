"""The shapes of identity's requests and answers, one file per noun."""
