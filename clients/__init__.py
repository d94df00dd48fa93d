"""Programs that speak to the house from outside."""
