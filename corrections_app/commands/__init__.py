"""TODO corrections_app.commands"""
