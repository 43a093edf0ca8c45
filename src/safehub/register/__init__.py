"""Who there is: agencies now; people who sign in, children and families later."""
