"""The design system: page layout, fields, tables, charts."""
