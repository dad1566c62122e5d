"""The programme of faults: crash, break and overload the running product, and show that it keeps its promises."""
