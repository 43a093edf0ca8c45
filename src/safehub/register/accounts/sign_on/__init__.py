"""Sign-on by OpenID Connect: the organisation says who somebody is, and nobody is made by it."""
