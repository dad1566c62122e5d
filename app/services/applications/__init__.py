"""The application as a whole: started, shown, checked for what is missing, withdrawn (R07, R11, R16)."""
