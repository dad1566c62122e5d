"""Letters about an application, from its submission to its review, withdrawal or closing (R16, R17, R18)."""
