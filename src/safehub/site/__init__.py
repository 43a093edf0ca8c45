"""Shell, navigation, home: where everything meets."""
