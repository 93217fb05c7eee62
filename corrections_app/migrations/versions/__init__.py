"""TODO corrections_app.migrations.versions"""
