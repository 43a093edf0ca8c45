"""The Children in Need Census return of the Department for Education."""
