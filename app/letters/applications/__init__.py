"""Letters about an application, from its submission to its review or withdrawal (R16, R17, R18)."""
