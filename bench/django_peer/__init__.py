"""The product's nine measured operations in Django REST Framework, as a good team would write them.

Kind to Django: the session's id is the token (no signature to verify), readiness and steps are judged by the product's
own rulebook, files are parsed in the process, and only rows that the product writes are written. No rate limit, no
idempotency keys, no pages beyond the first.
"""
