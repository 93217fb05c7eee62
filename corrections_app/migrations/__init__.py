"""TODO corrections_app.migrations"""
