"""Taking the steps of the process, the staff deadline, and the gate that the fee opens."""
