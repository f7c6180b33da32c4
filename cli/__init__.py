"""What people type: the `roundtable` command, one room per verb."""
