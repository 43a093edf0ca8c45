"""The design system: fields, forms, pages, charts, assets."""
